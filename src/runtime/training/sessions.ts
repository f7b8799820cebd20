import type { SerializedGraph } from '../graph/onnx.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { GraphSession, type SessionOptions } from '../onnxruntime/session.ts';
import { ShapedSession } from '../onnxruntime/shaped-session.ts';
import type { BatchShape } from './batch.ts';
import { modelGraph, type Passes, type Precision } from './model-graph.ts';

/** A model that has been loaded, and the passes of its graph: they say which inputs it takes. */
export interface ModelSession {
  readonly passes: Passes;
  readonly session: ShapedSession<BatchShape>;
}

/** What a graph is for: training, forward passes only, or the beginning of a training, in 8 bits. */
type Purpose = Passes | 'draft';

/** The loaded graphs of one model. */
type Loaded = Map<Purpose, Promise<ModelSession>>;

/**
 * The sessions of one device. A model's weights are loaded once for all shapes, when they are first wanted: with the
 * backward pass when something is trained, forward only when nothing has been. All who want a session share it, also
 * while it loads, and none ends before what runs in it.
 */
export class Sessions {
  private readonly models = new Map<FrozenModel, Loaded>();

  /** @param mostPositions positions that one run has memory for */
  constructor(
    readonly options: SessionOptions,
    readonly mostPositions = Number.POSITIVE_INFINITY,
  ) {}

  /** A session that computes gradients, at a precision that the device has: a card has float32. @throws as GraphSession.create does; the next call tries again. */
  training(model: FrozenModel, precision: Precision = 'float32'): Promise<ModelSession> {
    return this.held(model, precision === 'int8' && this.options.device === 'cpu' ? 'draft' : 'training');
  }

  /** A session for forward passes: the one that trains where there is one. @throws as `training`. */
  forward(model: FrozenModel): Promise<ModelSession> {
    const loaded = this.models.get(model);
    // What has been drafted is finished by training.
    return this.held(model, loaded?.has('training') || loaded?.has('draft') ? 'training' : 'forward');
  }

  /** Loads a small graph, or one that is wanted once, works with it and gives its memory back. */
  async once<T>(graph: SerializedGraph, work: (session: GraphSession) => Promise<T>): Promise<T> {
    // Packing the weights would take longer than a run.
    const session = await GraphSession.create(graph, { ...this.options, packWeights: false });
    try {
      return await work(session);
    } finally {
      await session.dispose();
    }
  }

  async dispose(): Promise<void> {
    const all = [...this.models.values()].flatMap(loaded => [...loaded.values()]);
    this.models.clear();
    for (const session of all) await disposed(session);
  }

  private held(model: FrozenModel, purpose: Purpose): Promise<ModelSession> {
    const loaded: Loaded = this.models.get(model) ?? new Map();
    this.models.set(model, loaded);
    const known = loaded.get(purpose);
    if (known) return known;
    const made = this.load(model, purpose, loaded.get('forward'));
    // From now on all forward passes run in the one that trains.
    loaded.delete('forward');
    loaded.set(purpose, made);
    made.catch(() => loaded.delete(purpose));
    return made;
  }

  /** @param replaced a session whose memory is given back first: both need not fit */
  private async load(
    model: FrozenModel,
    purpose: Purpose,
    replaced: Promise<ModelSession> | undefined,
  ): Promise<ModelSession> {
    await disposed(replaced);
    const passes = purpose === 'forward' ? 'forward' : 'training';
    const graph = modelGraph(model, passes, purpose === 'draft' ? 'int8' : 'float32', this.options.device);
    return { passes, session: await ShapedSession.create(graph, this.options) };
  }
}

async function disposed(session: Promise<ModelSession> | undefined): Promise<void> {
  await session?.then(
    loaded => loaded.session.dispose(),
    () => undefined,
  );
}
