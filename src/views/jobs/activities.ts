import { randomUUID } from 'node:crypto';
import { Emitter } from '../emitter.ts';

/** Work that is listed beside the compressions, and is gone from the list when it has ended. */
export type ActivityKind = 'solutions' | 'connect' | 'surface' | 'probe' | 'distances' | 'model';

export interface ActivityProgress {
  /** "7 of 10 solutions", say. */
  readonly message: string;
  /** Of the work that is done, 0 to 1; the time left is reckoned from it. */
  readonly share?: number;
}

export interface ActivityRequest {
  readonly kind: ActivityKind;
  /** What is done, to what: "Finding solutions of story.txt". */
  readonly title: string;
  /** Of whoever wants the work, an editor that may be closed, say: its abort cancels. */
  readonly signal?: AbortSignal;
}

/** One such work, from its beginning until it has ended. */
export class Activity {
  readonly id = randomUUID();
  private readonly controller = new AbortController();
  private readonly start = performance.now();
  private latest: ActivityProgress | undefined;

  constructor(
    readonly request: ActivityRequest,
    private readonly changed: (activity: Activity) => void,
  ) {
    request.signal?.addEventListener('abort', () => this.cancel(), { signal: this.controller.signal });
    if (request.signal?.aborted) this.cancel();
  }

  /** Aborted by `cancel`. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** A cancelled one has not ended yet: what it does at the moment may take a while. */
  get isCancelling(): boolean {
    return this.signal.aborted;
  }

  get progress(): ActivityProgress | undefined {
    return this.latest;
  }

  /** At the pace so far; undefined before there is one. */
  get secondsLeft(): number | undefined {
    const share = this.latest?.share;
    return share ? ((performance.now() - this.start) / 1000) * (1 / Math.min(1, share) - 1) : undefined;
  }

  cancel(): void {
    if (this.isCancelling) return;
    this.controller.abort();
    this.changed(this);
  }

  report(progress: ActivityProgress): void {
    this.latest = progress;
    this.changed(this);
  }
}

/** All work of this window beside the compressions. */
export class Activities {
  private readonly running = new Set<Activity>();
  private readonly changed = new Emitter<Activity>();
  /** One began, got further, was cancelled or has ended. */
  readonly onDidChange = this.changed.event;

  /** The newest last. */
  get all(): readonly Activity[] {
    return [...this.running];
  }

  /**
   * Does some work and lists it as long as it lasts.
   *
   * @param work gets a signal that cancels it, and tells how far it is
   * @throws what the work throws.
   */
  async run<T>(
    request: ActivityRequest,
    work: (signal: AbortSignal, report: (progress: ActivityProgress) => void, activity: Activity) => Promise<T>,
  ): Promise<T> {
    const activity = new Activity(request, changed => this.changed.fire(changed));
    this.running.add(activity);
    this.changed.fire(activity);
    try {
      return await work(activity.signal, progress => activity.report(progress), activity);
    } finally {
      this.running.delete(activity);
      this.changed.fire(activity);
    }
  }

  dispose(): void {
    for (const activity of this.running) activity.cancel();
    this.changed.dispose();
  }
}
