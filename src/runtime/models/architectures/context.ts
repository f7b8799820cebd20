import type { ShapedConstant } from '../../graph/every-shape.ts';
import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { AttentionObserver, LayerContext } from './attention.ts';
import type { ModelConfig } from './description.ts';
import { type Rotary, rotaryTables } from './rotary.ts';

/** Large enough that its exponential is zero in float32 beside any real score; finite, so that 0 · it is no NaN. */
const masked = -1e30;

/** How far a sequence has been read: rows whose keys and values are kept, and how many there is room for. */
export interface Reach {
  readonly filled: number;
  readonly capacity: number;
}

/** Nothing has been read: the rows are the first ones. */
export const fromTheStart: Reach = { filled: 0, capacity: 0 };

/** Where the rows stand, and what they may look at. */
export interface AttentionContext {
  readonly layer: (index: number) => LayerContext;
  /** int32 [n], rows of the matrix of learned positions; undefined where the model has none. */
  readonly positionIds: Tensor | undefined;
}

/** Which tensors keep the keys and values of a layer: [batch, groups, rows, headSize] each. */
export const keptNames = (layer: number) => ({
  past: { key: `past_key_${layer}`, value: `past_value_${layer}` },
  own: { key: `key_${layer}`, value: `value_${layer}` },
});

/** What the layers of a model have in common: few rotary embeddings and windows, by the number that each layer has. */
function kindsOf({ attention }: ModelConfig) {
  return {
    rotaries: distinct(attention.map(({ rotary }) => rotary)),
    windows: distinct(attention.map(({ window }) => window)),
  };
}

/** The different ones of the values that layers have, and for each layer which of them is its own. */
function distinct<T>(ofLayers: readonly T[]): { readonly values: readonly T[]; readonly indices: readonly number[] } {
  const values = [...new Set(ofLayers)];
  return { values, indices: ofLayers.map(value => values.indexOf(value)) };
}

const maskName = (kind: number): string => (kind ? `mask_${kind}` : 'mask');
const tableNames = (kind: number) => {
  const suffix = kind ? `_${kind}` : '';
  return { cosine: `rotary_cosine${suffix}`, sine: `rotary_sine${suffix}` };
};

/**
 * [n, capacity + n]: 0 where a row may look (at what has been read, and back from itself, not farther than its window),
 * `masked` elsewhere.
 */
function maskOf(positions: number, { filled, capacity }: Reach, window: number | null): Float32Array {
  const width = capacity + positions;
  const values = new Float32Array(positions * width).fill(masked);
  for (let row = 0; row < positions; row++) {
    // Of all that has been read and of the rows themselves, in the order in which they stand.
    const seen = window === null ? 0 : Math.max(0, filled + row + 1 - window);
    values.fill(0, row * width + Math.min(seen, filled), row * width + filled);
    values.fill(0, row * width + capacity + Math.max(0, seen - filled), row * width + capacity + row + 1);
  }
  return values;
}

type Input = (name: string, element: 'float32' | 'int32', shape: readonly number[]) => Tensor;

/** The context of all layers, from the tensors that `input` gives for the values of `contextInputs`. */
function contextOf(
  graph: GraphBuilder,
  config: ModelConfig,
  { positions, past }: { readonly positions: number; readonly past: number },
  input: Input,
  layer: (index: number) => Pick<LayerContext, 'withPast' | 'observe'>,
): AttentionContext {
  const { rotaries, windows } = kindsOf(config);
  // A row of them: the runtime would take a single number into the product, in graphs of one shape only.
  const scale = graph.constant(new Float32Array(config.headSize).fill(config.attentionScale), [config.headSize]);
  const turnings = rotaries.values.map((rotary, kind): Pick<LayerContext, 'turning' | 'scale'> => {
    if (!rotary) return { turning: null, scale };
    const names = tableNames(kind);
    const table = (name: string): Tensor => input(name, 'float32', [positions, rotary.frequencies.length]);
    const key = { cosine: table(names.cosine), sine: table(names.sine) };
    if (2 * rotary.frequencies.length < config.headSize) return { turning: { query: key, key }, scale };
    const factor = graph.scalar(config.attentionScale);
    const query = { cosine: graph.multiply(key.cosine, factor), sine: graph.multiply(key.sine, factor) };
    return { turning: { query, key }, scale: null };
  });
  const perGroup = config.heads / config.keyValueHeads;
  const masks = windows.values.map((_, kind) => {
    const mask = input(maskName(kind), 'float32', [positions, past + positions]);
    return perGroup === 1 ? mask : graph.apply('Concat', new Array<Tensor>(perGroup).fill(mask), { axis: 0 });
  });
  const positionIds = config.positionEmbedding === null ? undefined : input('position_ids', 'int32', [positions]);
  return {
    positionIds,
    layer: index => {
      const [turns, mask] = [turnings[rotaries.indices[index] ?? -1], masks[windows.indices[index] ?? -1]];
      if (!turns || !mask) throw new Error(`there is no layer ${index}`);
      return { ...turns, mask, ...layer(index) };
    },
  };
}

/** Whole sequences, of a graph that is built for this length only. */
export function plainContext(
  graph: GraphBuilder,
  config: ModelConfig,
  positions: number,
  observe?: AttentionObserver,
): AttentionContext {
  const inputs = inputsAt(config, positions, fromTheStart);
  const constant: Input = name => {
    const found = inputs[name];
    if (!found) throw new Error(`there is no ${name}`);
    return graph.constant(found.values, found.shape);
  };
  return contextOf(graph, config, { positions, past: 0 }, constant, () => ({
    withPast: (key, value) => [key, value],
    observe,
  }));
}

/**
 * Rows after others whose keys and values are given, or the first ones when there are none. Where they stand is data,
 * not shape, so that a sequence can go on row by row without a graph being built for each.
 *
 * Inputs: those of `contextInputs`, and past_key_LAYER, past_value_LAYER [batch, groups, capacity, headSize].
 * Outputs: key_LAYER, value_LAYER [batch, groups, n, headSize] of the rows themselves.
 */
export function cachedContext(
  graph: GraphBuilder,
  config: ModelConfig,
  { batch, positions, past }: { readonly batch: number; readonly positions: number; readonly past: number },
  observe?: AttentionObserver,
): AttentionContext {
  const kept = [batch, config.keyValueHeads, past, config.headSize];
  const input: Input = (name, element, shape) => graph.input(name, element, shape);
  return contextOf(graph, config, { positions, past }, input, index => ({
    withPast: (key, value) => {
      const names = keptNames(index);
      graph.output(names.own.key, key);
      graph.output(names.own.value, value);
      const after = (name: string, own: Tensor): Tensor =>
        graph.apply('Concat', [graph.input(name, 'float32', kept), own], { axis: 2 });
      return [after(names.past.key, key), after(names.past.value, value)];
    },
    observe,
  }));
}

type ContextInputs = Readonly<Record<string, ShapedConstant>>;

/** Lengths of whole sequences whose inputs are kept: a training asks for the same ones again and again. */
const lengthsKept = 16;
const starts = new WeakMap<ModelConfig, Map<number, ContextInputs>>();

/** The values of the inputs that say where rows stand and what they may look at. */
export function contextInputs(config: ModelConfig, positions: number, reach: Reach): ContextInputs {
  if (reach.capacity) return inputsAt(config, positions, reach);
  const known = starts.get(config) ?? new Map<number, ContextInputs>();
  starts.set(config, known);
  const inputs = known.get(positions) ?? inputsAt(config, positions, reach);
  if (known.size >= lengthsKept) known.clear();
  known.set(positions, inputs);
  return inputs;
}

function inputsAt(config: ModelConfig, positions: number, reach: Reach): ContextInputs {
  const { rotaries, windows } = kindsOf(config);
  return Object.fromEntries([
    ...rotaries.values.flatMap((rotary, kind) => (rotary ? tablesAt(rotary, kind, positions, reach) : [])),
    ...windows.values.map((window, kind) => {
      const shape = [positions, reach.capacity + positions];
      return [maskName(kind), { values: maskOf(positions, reach, window), shape }] as const;
    }),
    ...(config.positionEmbedding === null ? [] : [['position_ids', idsAt(config, positions, reach)] as const]),
  ]);
}

function tablesAt(rotary: Rotary, kind: number, positions: number, { filled }: Reach) {
  const { cosine, sine } = rotaryTables(rotary, positions, filled);
  const names = tableNames(kind);
  const shape = [positions, rotary.frequencies.length];
  return [
    [names.cosine, { values: cosine, shape }],
    [names.sine, { values: sine, shape }],
  ] as const;
}

/** Rows beyond the last position are padding, whatever stands there. */
function idsAt({ maximumPositions }: ModelConfig, positions: number, { filled }: Reach): ShapedConstant {
  const values = Int32Array.from({ length: positions }, (_, row) => Math.min(filled + row, maximumPositions - 1));
  return { values, shape: [positions] };
}
