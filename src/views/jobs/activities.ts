import { randomUUID } from 'node:crypto';
import { Cancelled, messageOf } from '../../runtime/errors.ts';
import { Emitter } from '../emitter.ts';
import type { JobStore } from './job-store.ts';
import type { Plan, StoredWork } from './plan.ts';
import type { Removal } from './removal.ts';

/** Work that is listed beside the compressions, and is gone from the list when it has come to its end. */
export type ActivityKind = 'solutions' | 'connect' | 'surface' | 'probe' | 'distances' | 'model' | 'experiment';

export type ActivityStatus = 'running' | 'cancelling' | 'interrupted' | 'failed';

export interface ActivityProgress {
  /** "7 of 10 solutions", say. */
  readonly message: string;
  /** Of the work that is done, 0 to 1; the time left is reckoned from it. */
  readonly share?: number;
  /** Where that is known better than from the share. */
  readonly secondsLeft?: number | undefined;
}

export interface ActivityRequest {
  readonly kind: ActivityKind;
  /** What is done, to what: "Finding solutions of story.txt". */
  readonly title: string;
  /** Of whoever wants the work, an editor that may be closed, say: its abort cancels. */
  readonly signal?: AbortSignal;
}

/** What work is given while it is listed. */
export interface Listed {
  /** Its abort cancels. */
  readonly signal: AbortSignal;
  readonly report: (progress: ActivityProgress) => void;
  readonly activity: Activity;
}

/** The same of work that another window can go on with: it keeps itself in a file meanwhile. */
export interface ListedAndKept extends Listed {
  readonly checkpoint: string;
}

/** Where work is kept that another window can go on with. */
export type WorkStore = Pick<JobStore, 'checkpointOf' | 'saveWork' | 'setAside' | 'bringBack' | 'remove'>;

/** One such work, from its beginning until it has ended, or until it can be resumed. */
export class Activity {
  readonly id: string;
  private controller = new AbortController();
  private start = performance.now();
  private current: ActivityStatus = 'running';
  private latest: ActivityProgress | undefined;
  private sentence: string | null = null;

  constructor(
    readonly request: ActivityRequest,
    private readonly changed: (activity: Activity) => void,
    /** What it takes to do it in another window; undefined of work that ends with this one. */
    readonly plan?: Plan,
  ) {
    this.id = plan?.id ?? randomUUID();
    this.follow(request.signal);
  }

  /** Aborted by `cancel`. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get status(): ActivityStatus {
    return this.current === 'running' && this.isCancelling ? 'cancelling' : this.current;
  }

  /** Nothing works for it any more; it can be resumed. */
  get isOver(): boolean {
    return this.current !== 'running';
  }

  /** One sentence, when it failed. */
  get problem(): string | null {
    return this.sentence;
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
    if (this.latest && 'secondsLeft' in this.latest) return this.isOver ? undefined : this.latest.secondsLeft;
    const share = this.isOver ? 0 : this.latest?.share;
    return share ? ((performance.now() - this.start) / 1000) * (1 / Math.min(1, share) - 1) : undefined;
  }

  cancel(): void {
    if (this.isOver || this.isCancelling) return;
    this.controller.abort();
    this.changed(this);
  }

  report(progress: ActivityProgress): void {
    this.latest = progress;
    this.changed(this);
  }

  /** Begins again after it was over. */
  begin(): void {
    this.controller = new AbortController();
    this.start = performance.now();
    this.latest = undefined;
    this.become('running', null);
  }

  stop(status: 'interrupted' | 'failed', problem: string | null = null): void {
    this.become(status, problem);
  }

  private become(status: ActivityStatus, problem: string | null): void {
    this.current = status;
    this.sentence = problem;
    this.changed(this);
  }

  private follow(signal: AbortSignal | undefined): void {
    signal?.addEventListener('abort', () => this.cancel(), { signal: this.controller.signal });
    if (signal?.aborted) this.cancel();
  }
}

/** All work of this window beside the compressions, and what earlier ones have left. */
export class Activities {
  private readonly listed = new Set<Activity>();
  private readonly changed = new Emitter<Activity>();
  private readonly tell = (activity: Activity): void => this.changed.fire(activity);
  private ended = false;
  /** One began, got further, was cancelled, has ended or was removed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly store: WorkStore,
    /** To the log alone. */
    private readonly note: (error: unknown) => void = () => undefined,
  ) {}

  /** The newest last. */
  get all(): readonly Activity[] {
    return [...this.listed];
  }

  /** Those that something works for. */
  get running(): readonly Activity[] {
    return this.all.filter(({ isOver }) => !isOver);
  }

  /**
   * Does some work and lists it as long as it lasts.
   *
   * @throws what the work throws.
   */
  async run<T>(request: ActivityRequest, work: (listed: Listed) => Promise<T>): Promise<T> {
    const activity = this.list(new Activity(request, this.tell));
    try {
      return await work({ signal: activity.signal, report: progress => activity.report(progress), activity });
    } finally {
      this.forget(activity);
    }
  }

  /**
   * Does some work that goes on when this window dies: what was asked for is kept beside its checkpoint until the work has
   * come to its end or was cancelled. Work that fails stays in the list, and can be resumed.
   *
   * @param given what is asked for, or work of the list that is over, which goes on
   * @param signal of whoever wants the work
   * @returns undefined when it was cancelled before there was anything
   * @throws what the work throws.
   */
  async keep<T>(
    given: Plan | Activity,
    work: (listed: ListedAndKept) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const activity = given instanceof Activity ? given : this.list(this.planned(given, signal));
    const { plan } = activity;
    if (!plan) throw new Error(`"${activity.request.title}" cannot go on`);
    if (given instanceof Activity) {
      if (!given.isOver) return undefined;
      given.begin();
    }
    // Its folder must be there before the engine writes the checkpoint. What cannot be kept is done all the same.
    await this.save({ plan, problem: null });
    try {
      const report = (progress: ActivityProgress): void => activity.report(progress);
      const checkpoint = this.store.checkpointOf(plan.id);
      const result = await work({ signal: activity.signal, report, activity, checkpoint });
      await this.finish(activity);
      return result;
    } catch (error) {
      // The window ends: the next one finds everything as it is.
      if (this.ended) throw error;
      if (error instanceof Cancelled) await this.finish(activity);
      // An engine that did not end by itself has been ended; its checkpoint is there.
      else if (activity.isCancelling) activity.stop('interrupted');
      else {
        activity.stop('failed', messageOf(error));
        await this.save({ plan, problem: activity.problem });
      }
      if (!activity.isCancelling) throw error;
      return undefined;
    }
  }

  /** Lists what windows that have ended had not come to the end of. */
  restore(work: readonly StoredWork[]): readonly Activity[] {
    return work.map(({ plan, problem }) => {
      const activity = this.list(this.planned(plan));
      activity.stop(problem === null ? 'interrupted' : 'failed', problem);
      return activity;
    });
  }

  /**
   * Takes work that is over out of the list. Work that runs is cancelled, and leaves the list by itself when it has ended.
   *
   * @returns undefined when it is not there, or not over
   */
  async remove(activity: Activity): Promise<Removal | undefined> {
    activity.cancel();
    if (!this.listed.has(activity) || !activity.isOver) return undefined;
    this.forget(activity);
    await this.store.setAside(activity.id);
    return {
      name: activity.request.title,
      undo: async () => {
        await this.store.bringBack(activity.id);
        this.list(activity);
      },
      settle: () => this.store.remove(activity.id),
    };
  }

  /** Work that another window can go on with is left as it is, so that it does. */
  dispose(): void {
    this.ended = true;
    for (const activity of this.listed) if (!activity.plan) activity.cancel();
    this.changed.dispose();
  }

  private planned(plan: Plan, signal?: AbortSignal): Activity {
    const { kind, title } = plan;
    return new Activity(signal ? { kind, title, signal } : { kind, title }, this.tell, plan);
  }

  private list(activity: Activity): Activity {
    this.listed.add(activity);
    this.tell(activity);
    return activity;
  }

  private forget(activity: Activity): void {
    this.listed.delete(activity);
    this.tell(activity);
  }

  private async finish(activity: Activity): Promise<void> {
    if (!this.ended) await this.store.remove(activity.id);
    this.forget(activity);
  }

  private async save(work: StoredWork): Promise<void> {
    await this.store.saveWork(work).catch(error => this.note(error));
  }
}
