import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stepCost } from '../../../bench/graph-cost.ts';
import { openFrozenModel, withRandomCheckpoint } from '../../../bench/random-checkpoint.ts';
import { configOf, fullSizes } from '../../../bench/shapes.ts';
import { extentOf, type Means, memoryFor, planFor } from '../../../src/runtime/engine/model-memory.ts';
import { NoRoom, UserError } from '../../../src/runtime/errors.ts';
import { availableMemory, freeMemoryOn } from '../../../src/runtime/onnxruntime/free-memory.ts';
import { type MemoryPlan, type ModelExtent, memoryNeed, planMemory } from '../../../src/runtime/onnxruntime/memory.ts';
import { partsOf } from '../../../src/runtime/training/batch.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { temporaryFolder } from '../../support/paths.ts';

const gib = 2 ** 30;

function extentNamed(name: string, narrow = true): ModelExtent {
  const size = fullSizes.find(({ shape }) => shape.name === name);
  if (!size) throw new Error(`there is no ${name}`);
  return { ...extentOf(configOf(size.shape), { tensors: new Map() }), narrow };
}

const [llama1B, llama8B] = [extentNamed('Llama-3.2-1B'), extentNamed('Llama-3.1-8B')];

/** A model that is held on the processor as planned. */
const heldAs = (plan: MemoryPlan): Means => ({
  ...{ device: 'cpu', plan },
  sessions: new Sessions({ device: 'cpu', prepareWeights: plan.prepareWeights }, plan),
});

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
          const need = memoryNeed(extent, { device: 'cpu', batch: 1, positions, prepared: true });
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
    expect(plan).toMatchObject({ prepareWeights: true, mostPositions: Number.POSITIVE_INFINITY, remark: null });
  });

  test('trains fewer positions at once before it gives up packing', () => {
    const wide = extentNamed('Llama-3.2-1B', false);
    const { peak } = memoryNeed(wide, { device: 'cpu', batch: 1, positions: 256, prepared: true });
    const plan = planMemory('cpu', wide, true, peak / 0.8 + 1);
    expect(plan).toMatchObject({ prepareWeights: true, mostPositions: 256 });
    expect(plan?.remark).toMatch(
      /for other programs: at most 256 positions are trained at once; another VS Code window .*: close it, and .*\.$/,
    );
  });

  test('a model of a billion weights trains on a machine with 8 GB, its weights in their file, and the plan says so', () => {
    const plan = planMemory('cpu', llama1B, true, 7.5 * gib);
    expect(plan).toMatchObject({ prepareWeights: false, mostPositions: Number.POSITIVE_INFINITY });
    expect(plan?.need.peak).toBeLessThan(0.8 * 7.5 * gib);
    expect(plan?.remark).toMatch(
      /its weights stay as they are in their file, so an evaluation takes up to three times/,
    );
  });

  test('8 billion weights stay in their file on a machine with 24 GB, and are refused with 16, with what would do', () => {
    const plan = (free: number) => planFor('meta-llama/Llama-3.1-8B', llama8B, 'cpu', true, free * gib);
    expect(plan(24)).toMatchObject({ prepareWeights: false });
    expect(() => plan(16)).toThrow(UserError);
    expect(() => plan(16)).toThrow(
      /needs 15\.\d GiB of memory .* and 16\.0 GiB are free, .*; .*Llama-3\.2-3B fits.*graphics card/,
    );
  });

  test('8 billion weights and texts of 512 tokens fit a card with 24 GB, in 16 bits, and one with 48 in 32', () => {
    const plan = (free: number) => planMemory('cuda', llama8B, true, free);
    expect(plan(23.5 * gib)).toMatchObject({ prepareWeights: false, mostPositions: Number.POSITIVE_INFINITY });
    expect(plan(23.5 * gib)?.remark).toMatch(/a twentieth of which is left for others: its weights stay as they are/);
    expect(plan(47 * gib)).toMatchObject({ prepareWeights: true, remark: null });
    expect(plan(8 * gib)).toBeUndefined();
  });

  test('of a card whose memory is not known nothing is given up', async () => {
    for (const device of ['webgpu', 'dml'] as const) {
      expect(await freeMemoryOn(device)).toBe(Number.POSITIVE_INFINITY);
      expect(planMemory(device, llama8B, true, await freeMemoryOn(device))).toMatchObject({
        prepareWeights: true,
        mostPositions: Number.POSITIVE_INFINITY,
        remark: null,
      });
    }
    // Where there is no NVIDIA driver nothing tells, but a person may.
    const environment = { PATH: '', PROTO_TOKENS_MEMORY: '10' };
    expect(await freeMemoryOn('cuda', { PATH: '' })).toBe(Number.POSITIVE_INFINITY);
    expect(await freeMemoryOn('cuda', environment)).toBe(10 * gib);
  });

  test("of NVIDIA's card what the driver says is free, of the one that is visible", async () => {
    const folder = temporaryFolder();
    const driver = join(folder, 'nvidia-smi');
    writeFileSync(driver, '#!/bin/sh\ncase "$*" in *memory.free*--id=3*) echo 23456 ;; *) exit 1 ;; esac\n', {
      mode: 0o755,
    });
    expect(await freeMemoryOn('cuda', { PATH: folder, CUDA_VISIBLE_DEVICES: '3,1' })).toBe(23456 * 2 ** 20);
    expect(await freeMemoryOn('cuda', { PATH: folder, CUDA_VISIBLE_DEVICES: '1' })).toBe(Number.POSITIVE_INFINITY);
  });

  test('what could have room when something else ends asks for that', () => {
    expect(() => planMemory('cpu', llama1B, false, 8 * gib)).toThrow(NoRoom);
  });

  test('a text that is too long is refused before anything is loaded, with the length that fits', () => {
    const plan = planMemory('cpu', llama1B, true, 8 * gib);
    if (!plan) throw new Error('there is no plan');
    const sessions = new Sessions({ device: 'cpu', prepareWeights: plan.prepareWeights }, plan);
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
      memoryNeed(llama1B, { device: 'cpu', batch: 1, positions, prepared: true, passes }).activations;
    const keysAndValues = 2 * llama1B.layers * llama1B.hiddenSize * 4096 * 4;
    expect(need(4096, 'forward')).toBe(need(512, 'forward') + keysAndValues);
    expect(need(4096, 'forward')).toBeLessThan(need(4096, 'training') / 10);
    expect(partsOf(4096)[0]).toMatchObject({ rows: 64, more: true });
  });

  test('a draft is planned for the recipe that has one, and left out, not refused, where there is no memory for it', async () => {
    const fitting = planMemory('cpu', llama1B, true, 24 * gib);
    if (!fitting) throw new Error('there is no plan');
    const { memory, memoryRemark } = await memoryFor(heldAs(fitting), 'lbfgs-draft');
    expect(memory.draft).toBeGreaterThan(2 * llama1B.parameters);
    expect(memory.peak).toBe(fitting.need.peak + memory.draft);
    expect([fitting.drafts, memoryRemark]).toEqual([true, null]);
    expect((await memoryFor(heldAs(fitting), 'lbfgs')).memory).toEqual(fitting.need);

    const tight = planMemory('cpu', llama1B, true, fitting.need.peak / 0.8 + 1);
    if (!tight) throw new Error('there is no plan');
    expect(tight).toMatchObject({ prepareWeights: true, mostPositions: Number.POSITIVE_INFINITY, drafts: false });
    const card = planMemory('cuda', llama1B, true, 24 * gib);
    expect(card?.drafts).toBe(true);
    expect(card && card.drafted.peak - card.need.peak).toBe(2 * llama1B.parameters + (card?.need.activations ?? 0));
    expect((await memoryFor(heldAs(tight), 'lbfgs')).memoryRemark).toBeNull();
    expect(await memoryFor(heldAs(tight), 'lbfgs-draft')).toMatchObject({
      memory: tight.need,
      memoryRemark: expect.stringMatching(
        /low precision of the recipe lbfgs-draft would need \d\.\d GiB more, so it trains in float32/,
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
