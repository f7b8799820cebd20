import type * as vscode from 'vscode';
import type { EngineClient, Hooks } from '../../runtime/engine/client.ts';
import { Cancelled } from '../../runtime/errors.ts';
import { compress, evaluate } from '../../runtime/operations/compression.ts';
import { openModel, tokenize } from '../../runtime/operations/models.ts';
import type { CompressionResult } from '../../runtime/results/compression.ts';
import type { EvaluatedToken, TextToken } from '../../runtime/results/tokens.ts';
import { Emitter } from '../emitter.ts';
import { History } from '../history.ts';
import type { JobStatus, ModelView, Moment, ResultView } from '../protocol.ts';
import { compressionChoices } from './choices.ts';
import { type JobRecord, type JobRequest, type SavedPlace, type WrongToken, wrongOf } from './job-record.ts';
import { momentOf } from './moments.ts';
import { firstWords, renamedTitle } from './names.ts';
import type { TextSource } from './source.ts';
import { splittingOf } from './splitting.ts';

/** What a job asks of the engine. */
export type JobEngine = Pick<EngineClient, 'call'>;

/** What of a job outlives the window, but for the moments of its training. */
type JobState = Omit<JobRecord, 'moments'>;

const begun: Omit<JobState, 'created'> = {
  name: null,
  status: 'queued',
  problem: null,
  summary: null,
  decodeSeconds: 0,
  saved: null,
  wrong: [],
  file: undefined,
};

/** `place`: the document of its text has another address. */
export type JobChange = 'tokens' | 'moment' | 'status' | 'result' | 'wait' | 'name' | 'place';

/** One compression, from the queue to its result. It knows nothing of how it is shown. */
export class Job {
  private readonly changes = new Emitter<JobChange>();
  readonly onDidChange = this.changes.event;
  private readonly history = new History();
  private state: JobState = { ...begun, created: Date.now() };
  private awaited: string | undefined;
  private opened: ModelView | undefined;
  private textTokens: readonly TextToken[] = [];
  private evaluatedTokens: readonly EvaluatedToken[] = [];
  private controller = new AbortController();

  constructor(
    private asked: JobRequest,
    readonly source: TextSource | undefined,
    /** File in which the engine keeps the job while it runs. */
    readonly checkpoint: string,
  ) {}

  get request(): JobRequest {
    return this.asked;
  }

  get id(): string {
    return this.request.id;
  }

  /** As a person calls it, or the first words of its text. */
  get name(): string {
    return this.state.name ?? firstWords(this.request.text);
  }

  /** Whether a person gave it its name. */
  get isNamed(): boolean {
    return this.state.name !== null;
  }

  /** When it was asked for, in milliseconds since 1970. */
  get created(): number {
    return this.state.created;
  }

  get status(): JobStatus {
    return this.state.status;
  }

  get problem(): string | null {
    return this.state.problem;
  }

  /** Undefined before it has been opened. */
  get model(): ModelView | undefined {
    return this.opened;
  }

  get tokens(): readonly TextToken[] {
    return this.textTokens;
  }

  get latest(): Moment | undefined {
    return this.history.latest;
  }

  /** The bytes of the .proto file, once there is one. */
  get file(): Uint8Array | undefined {
    return this.state.file;
  }

  /** How each token comes out of the file; empty before that is known. */
  get evaluated(): readonly EvaluatedToken[] {
    return this.evaluatedTokens;
  }

  /** What the file gets wrong, in the order of the text; empty before there is one. */
  get wrong(): readonly WrongToken[] {
    return this.state.wrong;
  }

  get saved(): SavedPlace | null {
    return this.state.saved;
  }

  get isOver(): boolean {
    return !['queued', 'running', 'cancelling'].includes(this.status);
  }

  /** Tokens that come out right, and all: of the file once the training is over; undefined before anything is known. */
  get score(): { readonly correct: number; readonly tokens: number } | undefined {
    const { latest } = this;
    const { summary } = this.state;
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
        engine.call(openModel, model, hooks),
        engine.call(tokenize, { ...model, text }, hooks),
      ]);
      this.opened = { ...loaded, device, deviceReason };
      this.textTokens = tokens;
      this.changes.fire('tokens');
    }
    const { file } = this;
    if (this.isOver && file && !this.evaluatedTokens.length)
      this.evaluatedTokens = await engine.call(evaluate, { ...model, file, name: title, text });
  }

  /** Ends a queued or running job; a running one keeps the progress so far, and is over after its present step. */
  cancel(): void {
    if (this.isOver || this.status === 'cancelling') return;
    const isRunning = this.status === 'running';
    this.controller.abort();
    this.become(isRunning ? 'cancelling' : 'cancelled');
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
    this.change({ name }, 'name');
  }

  fail(problem: string): void {
    this.change({ status: 'failed', problem }, 'status');
  }

  /** @param place null when the file is gone */
  markSaved(place: SavedPlace | null): void {
    this.change({ saved: place }, 'result');
  }

  /** The document of the text was renamed, moved or saved for the first time; what is called after it gets the new name. */
  moveText(address: vscode.Uri, place?: Parameters<TextSource['moveTo']>[1]): void {
    const { source, request } = this;
    if (!source) return;
    this.asked = { ...request, title: renamedTitle(request.title, source.uri.path, address.path) };
    source.moveTo(address, place);
    this.changes.fire('place');
  }

  /** Null before anything has come of it. */
  result(): ResultView | null {
    const { summary, decodeSeconds, saved } = this.state;
    if (!summary) return null;
    const { tokens, ...rest } = summary;
    return {
      ...rest,
      decodedTokens: tokens,
      decodeSeconds,
      savedAs: saved?.name ?? null,
      splitting: splittingOf(this.request.choices, summary, this.latest?.segments ?? []),
    };
  }

  toRecord(): JobRecord {
    return { ...this.state, moments: this.history.moments };
  }

  /** Takes over what an earlier window has left; what had not ended then was interrupted. */
  restore({ moments, ...state }: JobRecord): void {
    this.state = state;
    if (!this.isOver) this.state = { ...state, status: 'interrupted' };
    this.history.restore(moments);
  }

  /** Nobody hears of it any more who listens now. */
  dispose(): void {
    this.changes.dispose();
  }

  private keep({ file, summary, tokens, decodeSeconds }: CompressionResult): void {
    this.evaluatedTokens = tokens;
    this.change({ file, summary, decodeSeconds, wrong: wrongOf(tokens) }, 'result');
    this.become(summary.cancelled ? 'cancelled' : 'finished');
  }

  private record(moment: Moment): void {
    this.history.push(moment);
    this.changes.fire('moment');
  }

  private become(status: JobStatus): void {
    this.change({ status, problem: null }, 'status');
  }

  private change(state: Partial<JobState>, kind: JobChange): void {
    this.state = { ...this.state, ...state };
    this.changes.fire(kind);
  }
}
