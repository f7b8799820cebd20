import { counted } from '../counted.ts';
import { UserError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { NarrowFormat } from '../graph/narrow-products.ts';
import { serialize } from '../graph/onnx.ts';
import { withStoredWeights } from '../graph/stored-weights.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { endlessRoom, freeMemory, type Room } from '../onnxruntime/memory.ts';
import { GraphSession, type SessionOptions } from '../onnxruntime/session.ts';
import { ShapedSession } from '../onnxruntime/shaped-session.ts';
import type { BatchShape } from './batch.ts';
import { styleOf } from './graph-style.ts';
import { multipliesAtLowPrecision } from './low-precision.ts';
import { modelGraph, type Passes, type Precision } from './model-graph.ts';

/** A model that has been loaded, and the passes of its graph: they say which inputs it takes. */
export interface ModelSession {
  /** Of its products by frozen weights, where it is not float32. */
  readonly narrow?: NarrowFormat;
  readonly passes: Passes;
  readonly session: ShapedSession<BatchShape>;
}

/**
 * What a graph is for: training, forward passes only, a few of them, or the beginning of a training, at low precision. For
 * a few the weights are not prepared.
 */
type Purpose = Passes | 'looks' | 'draft';

/** On the processor, with the weights as they lie in their file. */
const asStored = { device: 'cpu', prepareWeights: false } as const;

/** The loaded graphs of one model. */
type Loaded = Map<Purpose, Promise<ModelSession>>;

/**
 * The sessions of one device. A model's weights are loaded once for all shapes, when they are first wanted: with the
 * backward pass when something is trained, forward only when nothing has been. All who want a session share it, also
 * while it loads, and none ends before what runs in it.
 */
export class Sessions {
  private readonly models = new Map<FrozenModel, Loaded>();
  private narrow: Promise<boolean> | undefined;

  /** @param room what there is memory for */
  constructor(
    private chosen: SessionOptions,
    private room: Room = endlessRoom,
  ) {}

  get options(): SessionOptions {
    return this.chosen;
  }

  /** Where only looks had memory there is more now. What they have loaded serves them until something else is. */
  extend(prepareWeights: boolean, room: Room): void {
    this.chosen = { ...this.chosen, prepareWeights };
    this.room = room;
  }

  /** Positions that one run of several texts has memory for. */
  get mostPositions(): number {
    return this.room.mostPositions;
  }

  /** Whether trainings can be begun at low precision: there is memory, and the device multiplies so. */
  async drafts(): Promise<boolean> {
    if (!this.room.drafts) return false;
    this.narrow ??= multipliesAtLowPrecision(this.options);
    return await this.narrow;
  }

  /**
   * A session that computes gradients, at a precision that the device has and that there is memory for: float32 always.
   *
   * @throws as GraphSession.create does; the next call tries again.
   */
  async training(model: FrozenModel, precision: Precision = 'float32'): Promise<ModelSession> {
    if (!this.room.trains) throw new Error('there is memory for looks alone');
    return await this.held(model, precision === 'low' && (await this.drafts()) ? 'draft' : 'training');
  }

  /**
   * Refuses a text that there is no memory for, before anything is loaded.
   *
   * @param positions that it takes
   * @throws UserError naming the length that fits.
   */
  checkLength(positions: number, passes: Passes): void {
    const most = this.room.longest[passes];
    if (positions > most) throw tooLong(positions, most);
  }

  /**
   * A session for forward passes: the one that trains where there is one.
   *
   * @param few whether only a few passes are wanted: on the CPU, preparing the weights takes longer than those
   * @throws as `training`.
   */
  forward(model: FrozenModel, few = false): Promise<ModelSession> {
    const loaded = this.models.get(model);
    // What has been drafted is finished by training.
    if (loaded?.has('training') || loaded?.has('draft')) return this.held(model, 'training');
    const { device, prepareWeights } = this.options;
    const brief = few && device === 'cpu' && prepareWeights && !loaded?.has('forward');
    return this.held(model, brief || !this.room.trains ? 'looks' : 'forward');
  }

  /**
   * Loads a small graph, or one that is wanted once, works with it and gives its memory back. It computes on the processor:
   * a card holds the weights once, whatever runs.
   */
  async once<T>(graph: Graph, work: (session: GraphSession) => Promise<T>): Promise<T> {
    // Preparing the weights would take longer than a run.
    const session = await GraphSession.create(serialize(withStoredWeights(graph)), asStored);
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
    // From now on all forward passes run in the one that trains, and the few with the many.
    const taken = (['forward', 'looks'] as const).flatMap(other => loaded.get(other) ?? []);
    const made = this.load(model, purpose, taken);
    loaded.delete('forward');
    loaded.delete('looks');
    loaded.set(purpose, made);
    made.catch(() => loaded.delete(purpose));
    return made;
  }

  /** @param replaced sessions whose memory is given back first: not all need fit */
  private async load(
    model: FrozenModel,
    purpose: Purpose,
    replaced: readonly Promise<ModelSession>[],
  ): Promise<ModelSession> {
    for (const session of replaced) await disposed(session);
    const passes = purpose === 'training' || purpose === 'draft' ? 'training' : 'forward';
    const options = purpose === 'looks' ? { ...this.options, ...asStored } : this.options;
    const precision = purpose === 'draft' ? 'low' : 'float32';
    const session = await ShapedSession.create(modelGraph(model, passes, options, precision), options);
    return { passes, session, ...(precision === 'low' && { narrow: styleOf(options).narrowing.format }) };
  }
}

/** What to say of a text that there is no memory for. @param most positions for which there is */
export function tooLong(positions: number, most: number): UserError {
  return new UserError(
    `There is not enough memory for a text of ${counted(positions, 'position')} at once (${freeMemory()} are free now); choose a segment length or a text of at most ${counted(most, 'token')}, or close what takes memory, such as another VS Code window with a model.`,
  );
}

async function disposed(session: Promise<ModelSession>): Promise<void> {
  await session.then(
    loaded => loaded.session.dispose(),
    () => undefined,
  );
}
