import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectedTensors } from '../src/runtime/models/architectures/tensors.ts';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import type { DeviceName } from '../src/runtime/onnxruntime/device-names.ts';
import { ShapedSession } from '../src/runtime/onnxruntime/shaped-session.ts';
import { modelGraph } from '../src/runtime/training/model-graph.ts';
import { computations } from '../test/fixtures/names.ts';
import { exactly, feedsOf, shapeOf } from './device-step.ts';
import { stepCost, views } from './graph-cost.ts';
import { operatorTimes, traced, warmUps } from './profile.ts';
import { openFrozenModel, withRandomCheckpoint } from './random-checkpoint.ts';
import { type BenchmarkShape, configOf, fullSizes } from './shapes.ts';
import { printNote, printTable } from './table.ts';

/** Relative to the bundle in dist/. */
const fixtures = fileURLToPath(new URL('../test/fixtures/models/', import.meta.url));

const size = { tokens: 8, batch: 1 };
/** What a family repeats (windows, layers without rotary embedding) is repeated after so many layers at the latest. */
const period = 4;

/** Nodes of a step, forward and backward. */
export interface NodeCount {
  readonly perLayer: number;
  /** Of those, nodes that compute something. */
  readonly computing: number;
  /** All that is not in layers. */
  readonly rest: number;
}

interface Total {
  readonly all: number;
  readonly computing: number;
}

/** The shape of a fixture's family with another number of layers. */
async function withLayers(fixture: string, layers: number): Promise<BenchmarkShape> {
  const settings: unknown = JSON.parse(await readFile(join(fixtures, fixture, 'config.json'), 'utf8'));
  if (typeof settings !== 'object' || settings === null) throw new Error(`${fixture} has no settings`);
  const longer = Object.entries(settings).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) && /layer/.test(name)
      ? Array.from({ length: layers }, (_, i): unknown => value[i % value.length])
      : value,
  ]);
  return {
    name: basename(fixture),
    settings: { ...Object.fromEntries(longer), [`n_layer` in settings ? 'n_layer' : 'num_hidden_layers']: layers },
  };
}

/** A model whose weights nobody reads. */
function withoutWeights(shape: BenchmarkShape): FrozenModel {
  const config = configOf(shape);
  let end = 0;
  const tensors = expectedTensors(config).map(([name, extents]) => {
    const byteLength = extents.reduce((product, extent) => product * extent, 4);
    const offset = end;
    end += byteLength;
    return [name, { name, dtype: 'F32', shape: extents, file: '/model.safetensors', offset, byteLength }] as const;
  });
  return { config, checkpoint: { folder: '/', tensors: new Map(tensors) } };
}

function written(shape: BenchmarkShape, device: DeviceName): Total {
  const { nodes, kernels } = stepCost(withoutWeights(shape), size.tokens, exactly(device));
  return { all: nodes, computing: kernels };
}

/** Of a graph that is loaded on the processor, whatever device it is written for. */
function run(shape: BenchmarkShape, device: DeviceName): Promise<Total> {
  return withRandomCheckpoint(shape, async folder => {
    const model = await openFrozenModel(folder);
    const [, trace] = await traced(async profilePrefix => {
      const options = { device: 'cpu', prepareWeights: true, profilePrefix } as const;
      const session = await ShapedSession.create(
        modelGraph(model, 'training', { device, prepareWeights: true }),
        options,
      );
      for (let i = 0; i <= warmUps; i++) await session.run({ ...shapeOf(size), looked: 1 }, feedsOf(model, size));
      session.endProfiling();
      await session.dispose();
    });
    const { operators } = operatorTimes(trace, 1);
    const calls = (counted: typeof operators): number => counted.reduce((sum, { calls }) => sum + calls, 0);
    return { all: calls(operators), computing: calls(operators.filter(({ operator }) => !views.has(operator))) };
  });
}

async function perLayer(fixture: string, count: (shape: BenchmarkShape) => Total | Promise<Total>): Promise<NodeCount> {
  const [few, many] = [await withLayers(fixture, period), await withLayers(fixture, 2 * period)];
  const [less, more] = [await count(few), await count(many)];
  const layer = (more.all - less.all) / period;
  return { perLayer: layer, computing: (more.computing - less.computing) / period, rest: less.all - period * layer };
}

/** Nodes of the graph that is written for a device, by the family of a fixture. */
export const writtenNodes = (fixture: string, device: DeviceName): Promise<NodeCount> =>
  perLayer(fixture, shape => written(shape, device));

/** Kernels that the runtime runs when it has optimised that graph. */
const runNodes = (fixture: string, device: DeviceName): Promise<NodeCount> =>
  perLayer(fixture, shape => run(shape, device));

/** The number of nodes of a step, by family and by device. */
export async function benchmarkKernels(): Promise<void> {
  const devices = ['cpu', 'cuda', 'webgpu', 'dml'] as const;
  const rows: string[][] = [];
  for (const family of computations)
    for (const device of devices) {
      const graph = await writtenNodes(family, device);
      const left = device === 'cpu' || device === 'cuda' ? await runNodes(family, device) : undefined;
      const cells = [graph, left].flatMap(count =>
        count ? [count.perLayer, count.computing, count.rest].map(String) : ['-', '-', '-'],
      );
      rows.push([family, device, ...cells]);
    }
  const header = ['family', 'device', 'written', 'computing', 'rest', 'run', 'computing', 'rest'];
  printTable('Nodes of a step for each layer, forward and backward, and for all that is not in layers', header, rows);
  printTable(
    'Nodes of a step, computing ones, at full size',
    ['model', ...devices],
    fullSizes.map(({ shape }) => [shape.name, ...devices.map(device => String(written(shape, device).computing))]),
  );
  printNote(
    'written: in the graph; run: when the runtime has optimised it on the processor, as CUDA has the same passes.',
  );
  printNote('computing: in every step, without those that only see numbers in another shape.');
}
