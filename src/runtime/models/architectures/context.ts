import type { ShapedConstant } from '../../graph/every-shape.ts';
import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { ModelConfig } from '../config.ts';
import type { AttentionContext, AttentionObserver } from './attention.ts';
import { type RotaryTables, rotaryOf, rotaryTables } from './rotary.ts';

/** Large enough that its exponential is zero in float32 beside any real score; finite, so that 0 · it is no NaN. */
const masked = -1e30;

/** How far a sequence has been read: rows whose keys and values are kept, and how many there is room for. */
export interface Reach {
  readonly filled: number;
  readonly capacity: number;
}

/** Nothing has been read: the rows are the first ones. */
export const fromTheStart: Reach = { filled: 0, capacity: 0 };

/** Which tensors keep the keys and values of a layer: [batch, groups, rows, headSize] each. */
export const keptNames = (layer: number) => ({
  past: { key: `past_key_${layer}`, value: `past_value_${layer}` },
  own: { key: `key_${layer}`, value: `value_${layer}` },
});

/** Heads of keys and values: fewer than those of queries where several queries share one. */
export function keyValueHeads(config: ModelConfig): number {
  return config.architecture === 'llama' ? config.keyValueHeads : config.heads;
}

/** [n, capacity + n]: 0 where a row may look (at what has been read, and back from itself), `masked` elsewhere. */
function maskOf(positions: number, { filled, capacity }: Reach): Float32Array {
  const width = capacity + positions;
  const values = new Float32Array(positions * width).fill(masked);
  for (let row = 0; row < positions; row++) {
    values.fill(0, row * width, row * width + filled);
    values.fill(0, row * width + capacity, row * width + capacity + row + 1);
  }
  return values;
}

/** Whole sequences, of a graph that is built for this length only. */
export function plainContext(
  graph: GraphBuilder,
  config: ModelConfig,
  positions: number,
  observe?: AttentionObserver,
): AttentionContext {
  const inputs = inputsAt(config, positions, fromTheStart);
  const constant = (name: keyof typeof inputs): Tensor => graph.constant(inputs[name].values, inputs[name].shape);
  return {
    ...turning(graph, config, { cosine: constant('rotary_cosine'), sine: constant('rotary_sine') }),
    mask: constant('mask'),
    withPast: (key, value) => [key, value],
    observe,
  };
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
): AttentionContext {
  const { headSize } = config;
  const table = (name: string): Tensor => graph.input(name, 'float32', [positions, headSize]);
  const kept = [batch, keyValueHeads(config), past, headSize];
  let layer = 0;
  return {
    ...turning(graph, config, { cosine: table('rotary_cosine'), sine: table('rotary_sine') }),
    mask: graph.input('mask', 'float32', [positions, past + positions]),
    withPast: (key, value) => {
      const names = keptNames(layer++);
      graph.output(names.own.key, key);
      graph.output(names.own.value, value);
      const after = (name: string, own: Tensor): Tensor =>
        graph.apply('Concat', [graph.input(name, 'float32', kept), own], { axis: 2 });
      return [after(names.past.key, key), after(names.past.value, value)];
    },
    observe: undefined,
  };
}

type ContextInputs = Readonly<Record<'rotary_cosine' | 'rotary_sine' | 'mask', ShapedConstant>>;

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
  const { cosine, sine } = rotaryTables(rotaryOf(config), positions, reach.filled);
  const turned = [positions, config.headSize];
  return {
    rotary_cosine: { values: cosine, shape: turned },
    rotary_sine: { values: sine, shape: turned },
    mask: { values: maskOf(positions, reach), shape: [positions, reach.capacity + positions] },
  };
}

function turning(
  graph: GraphBuilder,
  config: ModelConfig,
  key: RotaryTables<Tensor>,
): Pick<AttentionContext, 'rotary' | 'turns'> {
  const scale = graph.scalar(1 / Math.sqrt(config.headSize));
  const query = { cosine: graph.multiply(key.cosine, scale), sine: graph.multiply(key.sine, scale) };
  return { rotary: rotaryOf(config), turns: { query, key } };
}
