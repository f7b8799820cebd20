import type { EngineClient, Hooks } from '../../runtime/engine/client.ts';
import { Cancelled } from '../../runtime/errors.ts';
import { compress, evaluate, explain } from '../../runtime/operations/compression.ts';
import { loadModel, tokenize } from '../../runtime/operations/models.ts';
import type { CompressionResult, CompressionSummary } from '../../runtime/results/compression.ts';
import type { EvaluatedToken, ExplainedToken, TextToken } from '../../runtime/results/tokens.ts';
import { Emitter } from '../emitter.ts';
import { History } from '../history.ts';
import type { JobDocument, JobStatus, ModelView, Moment, ResultView } from '../protocol.ts';
import { arrangementViews } from './arrangement-views.ts';
import { compressionChoices } from './choices.ts';
import type { JobRecord, JobRequest, SavedPlace, WrongToken } from './job-record.ts';
import { momentOf } from './moments.ts';
import { firstWords } from './names.ts';
import type { TextSource } from './source.ts';
import { splittingOf } from './splitting.ts';

/** What a job asks of the engine. */
export type JobEngine = Pick<EngineClient, 'call'>;

export type JobChange = 'tokens' | 'moment' | 'status' | 'result' | 'wait' | 'name';

/** One compression, from the queue to its result. It knows nothing of how it is shown. */
export class Job {
  private readonly changes = new Emitter<JobChange>();
  readonly onDidChange = this.changes.event;
  private readonly history = new History();
  private currentStatus: JobStatus = 'queued';
  private currentProblem: string | null = null;
  private awaited: string | undefined;
  private model: ModelView | null = null;
  private textTokens: readonly TextToken[] = [];
  private summary: CompressionSummary | null = null;
  private decodeSeconds = 0;
  private place: SavedPlace | null = null;
  private bytes: Uint8Array | undefined;
  private evaluated: readonly EvaluatedToken[] = [];
  private wrongTokens: readonly WrongToken[] = [];
  private controller = new AbortController();
  private createdAt = Date.now();
  private given: string | null = null;

  constructor(
    readonly request: JobRequest,
    readonly source: TextSource | undefined,
    /** File in which the engine keeps the job while it runs. */
    readonly checkpoint: string,
  ) {}

  get id(): string {
    return this.request.id;
  }

  /** As a person calls it, or the first words of its text. */
  get name(): string {
    return this.given ?? firstWords(this.request.text);
  }

  /** Whether a person gave it its name. */
  get isNamed(): boolean {
    return this.given !== null;
  }

  /** When it was asked for, in milliseconds since 1970. */
  get created(): number {
    return this.createdAt;
  }

  get status(): JobStatus {
    return this.currentStatus;
  }

  get problem(): string | null {
    return this.currentProblem;
  }

  get tokens(): readonly TextToken[] {
    return this.textTokens;
  }

  get latest(): Moment | undefined {
    return this.history.latest;
  }

  /** The bytes of the .proto file, once there is one. */
  get file(): Uint8Array | undefined {
    return this.bytes;
  }

  /** What the file gets wrong, in the order of the text; empty before there is one. */
  get wrong(): readonly WrongToken[] {
    return this.wrongTokens;
  }

  get saved(): SavedPlace | null {
    return this.place;
  }

  get isOver(): boolean {
    return !['queued', 'running', 'cancelling'].includes(this.currentStatus);
  }

  /** Tokens that come out right, and all: of the file once the training is over; undefined before anything is known. */
  get score(): { readonly correct: number; readonly tokens: number } | undefined {
    const { latest, summary } = this;
    if (summary && (this.isOver || !latest))
      return { correct: Math.round(summary.accuracy * summary.tokens), tokens: summary.tokens };
    return latest && { correct: latest.correct, tokens: latest.predicted.length };
  }

  /**
   * Trains to the end, or until `cancel`.
   *
   * @throws whatever the engine throws; the job is not over then.
   */
  async run(engine: JobEngine, onRestart: (reason: string) => void): Promise<void> {
    const { request } = this;
    const { signal } = this.controller;
    if (signal.aborted) return;
    this.become('running');
    try {
      const onWait = (reason: string | undefined): void => this.wait(reason);
      await this.open(engine, { signal, onWait });
      const result = await engine.call(
        compress,
        {
          ...request.model,
          job: this.id,
          text: request.text,
          options: compressionChoices(request.choices),
          checkpoint: this.checkpoint,
          ...(request.continueFrom ? { continueFrom: request.continueFrom } : {}),
        },
        { signal, onProgress: progress => this.record(momentOf(progress)), onRestart, onWait },
      );
      this.keep(result);
    } catch (error) {
      if (!signal.aborted) throw error;
      // Before it had anything to keep; or the engine had to be ended.
      this.become(error instanceof Cancelled ? 'cancelled' : 'interrupted');
    }
  }

  /** What makes a job of an earlier window complete: its model, its tokens, and how each of them comes out. */
  async open(engine: JobEngine, hooks: Pick<Hooks<never>, 'signal' | 'onWait'> = {}): Promise<void> {
    const { model, text, title } = this.request;
    if (!this.textTokens.length) {
      const [{ device, deviceReason, ...loaded }, tokens] = await Promise.all([
        engine.call(loadModel, model, hooks),
        engine.call(tokenize, { ...model, text }, hooks),
      ]);
      this.model = { ...loaded, device, deviceReason };
      this.textTokens = tokens;
      this.changes.fire('tokens');
    }
    if (this.isOver && this.bytes && !this.evaluated.length)
      this.evaluated = await engine.call(evaluate, { ...model, file: this.bytes, name: title, text });
  }

  /** Ends a queued or running job; a running one keeps the progress so far, and is over after its present step. */
  cancel(): void {
    if (this.isOver || this.currentStatus === 'cancelling') return;
    const begun = this.currentStatus === 'running';
    this.controller.abort();
    this.become(begun ? 'cancelling' : 'cancelled');
  }

  /** What else has to finish before there is memory for this job; undefined when it waits for nothing. */
  get waitsFor(): string | undefined {
    return this.awaited;
  }

  private wait(reason: string | undefined): void {
    this.awaited = reason;
    this.changes.fire('wait');
  }

  /** Waits until nothing works for the job any more. */
  async ended(): Promise<void> {
    if (this.isOver) return;
    await new Promise<void>(resolve => {
      const listener = this.onDidChange(() => {
        if (!this.isOver) return;
        listener.dispose();
        resolve();
      });
    });
  }

  /** Makes a job that is over ready to run again; it goes on from its checkpoint, if it has one. */
  requeue(): void {
    this.controller = new AbortController();
    this.become('queued');
  }

  /** @param name null for the first words of the text */
  rename(name: string | null): void {
    this.given = name;
    this.changes.fire('name');
  }

  fail(problem: string): void {
    this.currentProblem = problem;
    this.become('failed');
  }

  markSaved(place: SavedPlace): void {
    this.place = place;
    this.changes.fire('result');
  }

  /** How the model sees one token: of the result, or while it runs of the best vectors so far. */
  async explain(engine: JobEngine, index: number): Promise<ExplainedToken | undefined> {
    const known = this.isOver ? this.evaluated[index] : undefined;
    if (known) return known.predicted < 0 ? undefined : known;
    const { first, tokens } = await engine.call(explain, { ...this.request.model, job: this.id, position: index });
    return tokens[index - first];
  }

  /** The same of all tokens, each where it stands in the text; nothing where nothing is known yet. */
  async explainAll(engine: JobEngine): Promise<readonly (ExplainedToken | undefined)[]> {
    if (this.isOver) {
      await this.open(engine);
      return this.evaluated.map(token => (token.predicted < 0 ? undefined : token));
    }
    const all = new Array<ExplainedToken | undefined>(this.textTokens.length).fill(undefined);
    const { latest } = this;
    // Of a segment that waits for its turn nothing is known.
    for (const { start } of latest?.segments.filter(({ start }) => (latest.predicted[start] ?? -1) >= 0) ?? []) {
      const { first, tokens } = await engine.call(explain, { ...this.request.model, job: this.id, position: start });
      for (const [i, token] of tokens.entries()) all[first + i] = token;
    }
    return all;
  }

  document(): JobDocument {
    const { id, title, text, choices } = this.request;
    return {
      kind: 'job',
      id,
      title: this.given ?? title,
      text,
      status: this.currentStatus,
      problem: this.currentProblem,
      choices,
      model: this.model,
      tokens: this.textTokens,
      moments: this.history.moments,
      result: this.result(),
      arrangements: arrangementViews(),
    };
  }

  result(): ResultView | null {
    const { summary } = this;
    if (!summary) return null;
    const { tokens, ...rest } = summary;
    return {
      ...rest,
      decodedTokens: tokens,
      decodeSeconds: this.decodeSeconds,
      savedAs: this.place?.name ?? null,
      splitting: splittingOf(this.request.choices, summary, this.latest?.segments ?? []),
    };
  }

  toRecord(): JobRecord {
    return {
      created: this.createdAt,
      name: this.given,
      status: this.currentStatus,
      problem: this.currentProblem,
      summary: this.summary,
      decodeSeconds: this.decodeSeconds,
      saved: this.place,
      wrong: this.wrongTokens,
      file: this.bytes,
      moments: this.history.moments,
    };
  }

  /** Takes over what an earlier window has left; what had not ended then was interrupted. */
  restore({ created, name, status, problem, summary, decodeSeconds, saved, wrong, file, moments }: JobRecord): void {
    this.createdAt = created;
    this.given = name;
    this.currentStatus = status;
    if (!this.isOver) this.currentStatus = 'interrupted';
    this.currentProblem = problem;
    this.summary = summary;
    this.decodeSeconds = decodeSeconds;
    this.place = saved;
    this.wrongTokens = wrong;
    this.bytes = file;
    this.history.restore(moments);
  }

  /** Nobody hears of it any more who listens now. */
  dispose(): void {
    this.changes.dispose();
  }

  private keep({ file, summary, tokens, decodeSeconds }: CompressionResult): void {
    this.bytes = file;
    this.summary = summary;
    this.decodeSeconds = decodeSeconds;
    this.evaluated = tokens;
    this.wrongTokens = wrongOf(tokens);
    this.changes.fire('result');
    this.become(summary.cancelled ? 'cancelled' : 'finished');
  }

  private record(moment: Moment): void {
    this.history.push(moment);
    this.changes.fire('moment');
  }

  private become(status: JobStatus): void {
    this.currentStatus = status;
    if (status !== 'failed') this.currentProblem = null;
    this.changes.fire('status');
  }
}

function wrongOf(evaluated: readonly EvaluatedToken[]): WrongToken[] {
  return evaluated.flatMap((token, index) =>
    token.target === token.predicted || token.predicted < 0 ? [] : [{ index, token }],
  );
}
