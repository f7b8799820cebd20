import { describe, expect, test } from 'vitest';
import { stepCost } from '../../../bench/graph-cost.ts';
import { openFrozenModel, withRandomCheckpoint } from '../../../bench/random-checkpoint.ts';
import { configOf, fullSizes } from '../../../bench/shapes.ts';
import { extentOf, memoryFor, planFor } from '../../../src/runtime/engine/model-memory.ts';
import { NoRoom, UserError } from '../../../src/runtime/errors.ts';
import { availableMemory, type ModelExtent, memoryNeed, planMemory } from '../../../src/runtime/onnxruntime/memory.ts';
import { partsOf } from '../../../src/runtime/training/batch.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';

const gib = 2 ** 30;

function extentNamed(name: string, mapped = false): ModelExtent {
  const size = fullSizes.find(({ shape }) => shape.name === name);
  if (!size) throw new Error(`there is no ${name}`);
  return { ...extentOf(configOf(size.shape), { tensors: new Map() }), mapped };
}

const [llama1B, llama8B] = [extentNamed('Llama-3.2-1B'), extentNamed('Llama-3.1-8B')];

describe('the plan of memory', () => {
  test.each(fullSizes)('$shape.name: activations are those of the training graph', async ({ shape }) => {
    const form = { empty: true };
    await withRandomCheckpoint(
      shape,
      async folder => {
        const model = await openFrozenModel(folder);
        const extent = extentOf(model.config, model.checkpoint);
        for (const positions of [32, 512]) {
          const { activationBytes, weightBytes } = stepCost(model, positions);
          const need = memoryNeed(extent, { device: 'cpu', batch: 1, positions, packed: true });
          expect(need.activations / activationBytes).toBeGreaterThan(0.97);
          expect(need.activations / activationBytes).toBeLessThan(1.1);
          expect(need.weights).toBeGreaterThanOrEqual(weightBytes);
          expect(need.weights).toBeLessThan(1.01 * weightBytes);
        }
      },
      form,
    );
  });

  test('packs where there is room, and says nothing then', () => {
    const plan = planMemory('cpu', llama1B, true, 24 * gib);
    expect(plan).toMatchObject({ packWeights: true, mostPositions: Number.POSITIVE_INFINITY, remark: null });
  });

  test('trains fewer positions at once before it gives up packing', () => {
    const mapped = extentNamed('Llama-3.2-1B', true);
    const { peak } = memoryNeed(mapped, { device: 'cpu', batch: 1, positions: 256, packed: true });
    const plan = planMemory('cpu', mapped, true, peak / 0.8 + 1);
    expect(plan).toMatchObject({ packWeights: true, mostPositions: 256 });
    expect(plan?.remark).toMatch(/for other programs: at most 256 positions are trained at once\.$/);
  });

  test('a model of a billion weights trains on a machine with 8 GB, not packed, and the plan says so', () => {
    const plan = planMemory('cpu', llama1B, true, 7.5 * gib);
    expect(plan?.packWeights).toBe(false);
    expect(plan?.need.peak).toBeLessThan(0.8 * 7.5 * gib);
    expect(plan?.remark).toMatch(/not packed, so an evaluation takes two to three times as long/);
  });

  test('8 billion weights are refused on a machine with 24 GB, with what would do', () => {
    const refuse = (): unknown => planFor('meta-llama/Llama-3.1-8B', llama8B, 'cpu', true, 24 * gib);
    expect(refuse).toThrow(UserError);
    expect(refuse).toThrow(/needs 28\.\d GiB of memory .* and 24\.0 GiB are free; .*Llama-3\.2-3B fits.*graphics card/);
  });

  test('8 billion weights in 16 bits and a text of 512 tokens fit a card with 24 GB', () => {
    const work = { device: 'cuda', batch: 1, positions: 513, packed: false, bytesPerWeight: 2 } as const;
    expect(memoryNeed(llama8B, work).peak).toBeLessThan(24e9);
  });

  test('what could have room when something else ends asks for that', () => {
    expect(() => planMemory('cpu', llama1B, false, 8 * gib)).toThrow(NoRoom);
  });

  test('a text that is too long is refused before anything is loaded, with the length that fits', () => {
    const plan = planMemory('cpu', llama1B, true, 8 * gib);
    if (!plan) throw new Error('there is no plan');
    const sessions = new Sessions({ device: 'cpu', packWeights: plan.packWeights }, plan);
    for (const passes of ['training', 'forward'] as const) {
      expect(() => sessions.checkLength(64, passes)).not.toThrow();
      let most = 0;
      try {
        sessions.checkLength(100_000, passes);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        most = Number(/text of at most ([\d,]+) tokens/.exec(error.message)?.[1]?.replaceAll(',', ''));
      }
      expect(most).toBe(plan.longest[passes]);
      expect(() => sessions.checkLength(most, passes)).not.toThrow();
      expect(() => sessions.checkLength(most + 1, passes)).toThrow(UserError);
    }
    expect(plan.longest.training).toBeGreaterThan(64);
    expect(plan.longest.forward).toBeGreaterThan(2 * plan.longest.training);
  });

  test('the longest text that a file holds takes little more to decode than one of 512 positions, read in parts as it is', () => {
    const need = (positions: number, passes: 'training' | 'forward') =>
      memoryNeed(llama1B, { device: 'cpu', batch: 1, positions, packed: true, passes }).activations;
    const keysAndValues = 2 * llama1B.layers * llama1B.hiddenSize * 4096 * 4;
    expect(need(4096, 'forward')).toBe(need(512, 'forward') + keysAndValues);
    expect(need(4096, 'forward')).toBeLessThan(need(4096, 'training') / 10);
    expect(partsOf(4096)[0]).toMatchObject({ rows: 64, more: true });
  });

  test('a draft is planned for the recipe that has one, and left out, not refused, where there is no memory for it', () => {
    const fitting = planMemory('cpu', llama1B, true, 24 * gib);
    if (!fitting) throw new Error('there is no plan');
    const { memory, memoryRemark } = memoryFor({ device: 'cpu', plan: fitting }, 'lbfgs-int8');
    expect(memory.draft).toBeGreaterThan(2 * llama1B.parameters);
    expect(memory.peak).toBe(fitting.need.peak + memory.draft);
    expect([fitting.drafts, memoryRemark]).toEqual([true, null]);
    expect(memoryFor({ device: 'cpu', plan: fitting }, 'lbfgs').memory).toEqual(fitting.need);

    const tight = planMemory('cpu', llama1B, true, fitting.need.peak / 0.8 + 1);
    if (!tight) throw new Error('there is no plan');
    expect(tight).toMatchObject({ packWeights: true, mostPositions: Number.POSITIVE_INFINITY, drafts: false });
    expect(memoryFor({ device: 'cpu', plan: tight }, 'lbfgs').memoryRemark).toBeNull();
    expect(memoryFor({ device: 'cpu', plan: tight }, 'lbfgs-int8')).toMatchObject({
      memory: tight.need,
      memoryRemark: expect.stringMatching(
        /8 bits of the recipe lbfgs-int8 would need \d\.\d GiB more, so it trains in float32/,
      ),
    });
  });

  test('PROTO_TOKENS_MEMORY allows less than there is, and no more', () => {
    expect(availableMemory({ PROTO_TOKENS_MEMORY: '0.5' })).toBe(gib / 2);
    expect(availableMemory({ PROTO_TOKENS_MEMORY: '1000000' })).toBeLessThan(1e6 * gib);
    for (const wrong of ['0', '-1', 'much'])
      expect(() => availableMemory({ PROTO_TOKENS_MEMORY: wrong })).toThrow(/PROTO_TOKENS_MEMORY is/);
  });
});
