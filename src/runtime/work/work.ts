import { z } from 'zod';
import { breathe } from '../breathe.ts';
import { Checkpoint, type CheckpointOptions } from './checkpoint.ts';
import { contentKey } from './content-key.ts';
import type { Kind, Oracle, Running } from './item.ts';
import { type Entry, type Round, Scheduler } from './scheduler.ts';

/** Where work is kept while it goes on. */
export interface Keeping extends CheckpointOptions {
  /** Path of the checkpoint; work is kept nowhere when left out. The caller removes the file once the result is safe. */
  readonly checkpoint?: string | undefined;
}

export interface Plan<Data, State, R extends Running<State>, Outcome> {
  readonly kind: Kind<Data, State, R, Outcome>;
  /** In the order in which they are to begin. */
  readonly items: readonly Data[];
  /** What is known of an item already, from a record; it is not done again. */
  readonly known?: (data: Data) => Outcome | undefined;
}

/** A plan on its way: it goes on where its checkpoint says, and keeps one. */
export class Work<Data, State, R extends Running<State>, Outcome> {
  private readonly start = performance.now();

  private constructor(
    private readonly kind: Kind<Data, State, R, Outcome>,
    private readonly scheduler: Scheduler<Data, State, R, Outcome>,
    private readonly checkpoint: Checkpoint | undefined,
    /** Seconds of an earlier, interrupted run that this one went on from. */
    readonly earlierSeconds: number,
  ) {}

  static async open<Data, State, R extends Running<State>, Outcome>(
    { kind, items, known }: Plan<Data, State, R, Outcome>,
    oracle: Oracle,
    { checkpoint: path, ...options }: Keeping = {},
  ): Promise<Work<Data, State, R, Outcome>> {
    const key = contentKey(items.map(data => kind.key(data)));
    const checkpoint = path === undefined ? undefined : new Checkpoint(path, key, options);
    const earlier = await checkpoint?.read(keptSchema(kind), ({ entries, ...rest }) => ({
      ...rest,
      entries: entries.map((entry): Entry<Data, R, Outcome> => {
        if (entry.state !== 'running') return entry;
        const { data, kept } = entry;
        return { state: 'running', data, running: kind.begin(data, kept) };
      }),
    }));
    const { seconds, evaluations, entries } = earlier ?? {
      seconds: 0,
      evaluations: 0,
      entries: items.map((data): Entry<Data, R, Outcome> => ({ state: 'waiting', data })),
    };
    const begun = entries.map((entry): Entry<Data, R, Outcome> => {
      const outcome = entry.state === 'over' ? undefined : known?.(entry.data);
      return outcome === undefined ? entry : { state: 'over', data: entry.data, outcome };
    });
    return new Work(kind, new Scheduler(kind, begun, oracle, evaluations), checkpoint, seconds);
  }

  get entries(): readonly Entry<Data, R, Outcome>[] {
    return this.scheduler.entries;
  }

  /** Gradient evaluations, those of earlier runs that it went on from included. */
  get evaluations(): number {
    return this.scheduler.evaluations;
  }

  /** Since the work began, earlier runs that it went on from included. */
  get seconds(): number {
    return this.earlierSeconds + (performance.now() - this.start) / 1000;
  }

  /**
   * Goes on until everything is over or it is cancelled; then it has been kept as it stands.
   *
   * @returns whether something was left to do
   * @throws as the evaluator does.
   */
  async run(
    cancelled: () => boolean,
    onRound: (round: Round<Data, R, Outcome>) => void | Promise<void>,
  ): Promise<boolean> {
    while (!this.scheduler.finished) {
      if (cancelled()) {
        await this.checkpoint?.write(this.kept());
        return true;
      }
      await onRound(await this.scheduler.round());
      await this.checkpoint?.writeWhenDue(() => this.kept());
      await breathe();
    }
    return false;
  }

  private kept(): z.output<ReturnType<typeof keptSchema<Data, State, R, Outcome>>> {
    const { seconds, evaluations } = this;
    const entries = this.entries.map(entry => {
      const key = this.kind.key(entry.data);
      if (entry.state !== 'running') return { key, ...entry };
      return { key, state: entry.state, data: entry.data, kept: entry.running.state() };
    });
    return { seconds, evaluations, entries };
  }
}

/** What stands in a checkpoint. Each item has its content key, so that other programs can tell what it is of. */
function keptSchema<Data, State, R extends Running<State>, Outcome>({ schemas }: Kind<Data, State, R, Outcome>) {
  const { data, state, outcome } = schemas;
  const key = z.string();
  return z.object({
    seconds: z.number().min(0),
    evaluations: z.number().int().min(0),
    entries: z.array(
      z.discriminatedUnion('state', [
        z.object({ state: z.literal('waiting'), key, data }),
        z.object({ state: z.literal('running'), key, data, kept: state }),
        z.object({ state: z.literal('over'), key, data, outcome }),
      ]),
    ),
  });
}
