import * as vscode from 'vscode';
import type { EngineClient } from '../../runtime/engine/client.ts';
import { compress, decode, evaluate, explain } from '../../runtime/operations/compression.ts';
import { loadModel, tokenize } from '../../runtime/operations/models.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { CompressionProgress, CompressionSummary } from '../../runtime/results/compression.ts';
import type { EvaluatedToken, ExplainedToken, TextToken } from '../../runtime/results/tokens.ts';
import { arrangements } from '../../runtime/training/arrangement.ts';
import { History } from '../history.ts';
import type { Choices, JobDocument, JobStatus, ModelView, Moment, ResultView } from '../protocol.ts';
import { compressionChoices } from './choices.ts';
import type { TextSource } from './source.ts';

/** What a person asked for. Plain data. */
export interface JobRequest {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly model: ModelRequest;
  readonly choices: Choices;
  /** Bytes of an earlier result, of this text or of what it was before an edit, to begin from. */
  readonly continueFrom?: Uint8Array;
}

export type JobChange = 'tokens' | 'moment' | 'status' | 'result';

/** Everything of a job that outlives the window, beside its request. */
export interface JobRecord {
  readonly status: JobStatus;
  readonly problem: string | null;
  readonly summary: CompressionSummary | null;
  readonly savedAs: string | null;
  readonly file: Uint8Array | undefined;
  readonly moments: readonly Moment[];
}

/** One compression, from the queue to its result. It knows nothing of how it is shown. */
export class Job implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<JobChange>();
  readonly onDidChange = this.changes.event;
  private readonly history = new History();
  private currentStatus: JobStatus = 'queued';
  private currentProblem: string | null = null;
  private model: ModelView | null = null;
  private textTokens: readonly TextToken[] = [];
  private summary: CompressionSummary | null = null;
  private decodeSeconds = 0;
  private saved: string | null = null;
  private bytes: Uint8Array | undefined;
  private evaluated: readonly EvaluatedToken[] = [];
  private controller = new AbortController();

  constructor(
    readonly request: JobRequest,
    readonly source: TextSource | undefined,
    /** File in which the engine keeps the job while it runs. */
    readonly checkpoint: string,
  ) {}

  get id(): string {
    return this.request.id;
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

  /** How the model sees every token from the vectors of the file; empty before there is one. */
  get evaluation(): readonly EvaluatedToken[] {
    return this.evaluated;
  }

  get savedAs(): string | null {
    return this.saved;
  }

  get isOver(): boolean {
    return this.currentStatus !== 'queued' && this.currentStatus !== 'running';
  }

  /** Tokens that come out right, and all; undefined before anything is known. */
  get score(): { readonly correct: number; readonly tokens: number } | undefined {
    if (this.evaluated.length)
      return {
        correct: this.evaluated.filter(({ target, predicted }) => target === predicted).length,
        tokens: this.evaluated.length,
      };
    const { latest } = this;
    if (latest) return { correct: latest.correct, tokens: latest.predicted.length };
    return this.summary
      ? { correct: Math.round(this.summary.accuracy * this.summary.tokens), tokens: this.summary.tokens }
      : undefined;
  }

  /** Trains to the end, or until `cancel`. @throws whatever the engine throws; the job has failed then. */
  async run(engine: EngineClient, onRestart: (reason: string) => void): Promise<void> {
    const { request } = this;
    const { model, text } = request;
    if (this.controller.signal.aborted) return;
    this.become('running');
    try {
      await this.open(engine);
      const result = await engine.call(
        compress,
        {
          ...model,
          job: this.id,
          text,
          options: compressionChoices(request.choices),
          checkpoint: this.checkpoint,
          ...(request.continueFrom ? { continueFrom: request.continueFrom } : {}),
        },
        {
          signal: this.controller.signal,
          onProgress: progress => this.record(momentOf(progress)),
          onRestart,
        },
      );
      this.evaluated = result.tokens;
      this.decodeSeconds = result.decodeSeconds;
      this.bytes = result.file;
      this.summary = result.summary;
      this.changes.fire('result');
      this.become(result.summary.cancelled ? 'cancelled' : 'finished');
    } catch (error) {
      if (this.controller.signal.aborted) this.become('interrupted');
      else throw error;
    }
  }

  /** What makes a job of an earlier window, or a finished one, complete: model, tokens, evaluation. */
  async open(engine: EngineClient): Promise<void> {
    const { model, text } = this.request;
    if (!this.textTokens.length) {
      const { device, deviceReason, ...loaded } = await engine.call(loadModel, model);
      this.model = { ...loaded, device, deviceReason };
      this.textTokens = await engine.call(tokenize, { ...model, text });
      this.changes.fire('tokens');
    }
    if (this.bytes && this.summary && !this.evaluated.length) await this.evaluate(engine, this.bytes);
  }

  /** Ends a queued or running job; a running one keeps what it has earned. */
  cancel(): void {
    const queued = this.currentStatus === 'queued';
    this.controller.abort();
    if (queued) this.become('cancelled');
  }

  /** Makes a job that is over ready to run again; it goes on from its checkpoint, if it has one. */
  requeue(): void {
    this.controller = new AbortController();
    this.become('queued');
  }

  fail(problem: string): void {
    this.currentProblem = problem;
    this.become('failed');
  }

  markSaved(place: string): void {
    this.saved = place;
    this.changes.fire('result');
  }

  /** How the model sees one token: of the result, or while it runs of the best vectors so far. */
  async explain(engine: EngineClient, index: number): Promise<ExplainedToken | undefined> {
    const known = this.currentStatus === 'running' ? undefined : this.evaluated[index];
    if (known) return known;
    const { first, tokens } = await engine.call(explain, { job: this.id, position: index });
    return tokens[index - first];
  }

  document(): JobDocument {
    const { id, title, text, choices } = this.request;
    return {
      kind: 'job',
      id,
      title,
      text,
      status: this.currentStatus,
      problem: this.currentProblem,
      choices,
      model: this.model,
      tokens: this.textTokens,
      moments: this.history.moments,
      result: this.result(),
      arrangements: Object.entries(arrangements).map(([name, { label }]) => ({ name, label })),
    };
  }

  result(): ResultView | null {
    const { summary } = this;
    if (!summary) return null;
    const { tokens, ...rest } = summary;
    return { ...rest, decodedTokens: tokens, decodeSeconds: this.decodeSeconds, savedAs: this.saved };
  }

  toRecord(): JobRecord {
    return {
      status: this.currentStatus,
      problem: this.currentProblem,
      summary: this.summary,
      savedAs: this.saved,
      file: this.bytes,
      moments: this.history.moments,
    };
  }

  /** Takes over what an earlier window has left; what ran then was interrupted. */
  restore({ status, problem, summary, savedAs, file, moments }: JobRecord): void {
    this.currentStatus = status === 'running' || status === 'queued' ? 'interrupted' : status;
    this.currentProblem = problem;
    this.summary = summary;
    this.saved = savedAs;
    this.bytes = file;
    this.history.restore(moments);
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async evaluate(engine: EngineClient, file: Uint8Array): Promise<void> {
    const { model, text, title } = this.request;
    const request = { ...model, file, name: title };
    this.evaluated = await engine.call(evaluate, { ...request, text });
    this.decodeSeconds = (await engine.call(decode, request)).seconds;
    this.changes.fire('result');
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

function momentOf(progress: CompressionProgress): Moment {
  const { evaluations, seconds, secondsLeft, correct, loss, segments, predicted, nll } = progress;
  return {
    evaluations,
    seconds,
    secondsLeft: secondsLeft ?? null,
    correct,
    loss: loss ?? null,
    segments: segments.map(segment => ({ ...segment, loss: segment.loss ?? null })),
    predicted,
    probability: nll.map(value => Math.exp(-value)),
  };
}
