import type { NarrowFormat } from '../graph/narrow-products.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import type { Values } from '../onnxruntime/session.ts';
import type { BatchShape, Part, Placed } from './batch.ts';
import { runFeeds } from './feeds.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { logitsNames, type Precision } from './model-graph.ts';
import type { Sessions } from './sessions.ts';

/** What is computed in one run of a model's graph. */
export interface RunRequest {
  readonly targets: readonly (Placed & { readonly tokens: Int32Array; readonly sharpness?: number })[];
  /** Rows of each that are read. */
  readonly part: Part;
  /** At which precision the gradient is computed, where it is wanted. */
  readonly gradient?: Precision | undefined;
  /** Rows whose logits are wanted. */
  readonly looked?: Int32Array;
  /** Keys and values of the rows before the part; those of the part are appended where others follow. */
  readonly cache?: KeyValueCache | undefined;
  /** Whether a few forward passes are all that is wanted. */
  readonly few?: boolean | undefined;
}

/** What one run of the graph gives, the shape that it had, and the seconds that it took. */
export interface Outcome {
  /** Of its products by frozen weights, where it was not float32. */
  readonly narrow?: NarrowFormat | undefined;
  readonly shape: BatchShape;
  readonly outputs: ReadonlyMap<string, Values>;
  readonly seconds: number;
}

const noRows = Int32Array.of();

function rowsOf<T extends Placed>(placed: T, { first, rows }: Part): T {
  const { layout } = placed;
  return { ...placed, layout: { ...layout, kinds: layout.kinds.slice(first, first + rows) } };
}

/** What the rows of a part should emit, how much each counts in the objective, and how sharp it is; [B·R] each. */
function guidance(targets: RunRequest['targets'], { first, rows }: Part) {
  const all = targets.length * rows;
  const ids = new Int32Array(all);
  const tokenWeights = new Float32Array(all);
  const sharpness = new Float32Array(all).fill(1);
  for (const [b, { layout, tokens, sharpness: own = 1 }] of targets.entries()) {
    sharpness.fill(own, b * rows, (b + 1) * rows);
    for (const [token, position] of layout.positionOfToken.entries()) {
      if (position < first || position >= first + rows) continue;
      const row = b * rows + position - first;
      ids[row] = tokens[token] ?? 0;
      tokenWeights[row] = 1 / tokens.length;
    }
  }
  return { ids, objective: { tokenWeights, sharpness } };
}

/** Runs the graph of a model once. @throws as GraphSession.create and GraphSession.run do. */
export async function runModel(
  model: FrozenModel,
  sessions: Sessions,
  { targets, part, gradient, looked = noRows, cache, few }: RunRequest,
): Promise<Outcome> {
  const { config } = model;
  const { session, passes, narrow } = await (gradient
    ? sessions.training(model, gradient)
    : sessions.forward(model, few));
  const shape = {
    batch: targets.length,
    positions: part.rows,
    kinds: targets.reduce((most, { protoTokens }) => Math.max(most, protoTokens.length), 0),
    past: cache?.capacity ?? 0,
    looked: looked.length,
  };
  const { ids, objective } = guidance(targets, part);
  const feeds = runFeeds(config, passes, shape, {
    placed: targets.map(target => rowsOf(target, part)),
    looked,
    past: cache,
    targets: ids,
    objective,
    gradient: gradient !== undefined,
  });
  const wanted = gradient ? ['objective', 'gradient'] : looked.length ? logitsNames(config, sessions.options) : [];
  // No constant depends on how many rows are looked at.
  const built = { ...shape, looked: 1 };
  session.prepare(built);
  const start = performance.now();
  const kept = part.more ? cache : undefined;
  const outputs = await session.run(built, feeds, ['nll', 'predicted', ...wanted, ...(kept?.outputs ?? [])]);
  const seconds = (performance.now() - start) / 1000;
  kept?.append(outputs, part.rows, [...targets.keys()]);
  kept?.advance(part.rows);
  return { shape, outputs, seconds, narrow };
}
