import { basename } from 'node:path';
import { Cancelled, NoRoom } from '../errors.ts';
import { planExperiment, reportExperiment } from '../operations/experiments.ts';
import { loadModel, tokenize, tokenTexts } from '../operations/models.ts';
import type { ModelRequest, Operation, Parameters, ParametersOf } from '../operations/operation.ts';
import type { ModelSummary } from '../results/models.ts';
import { EngineClient, type EngineOptions, type Hooks } from './client.ts';

export interface HostOptions extends EngineOptions {
  /** A process has opened a model, found that it fits, and chosen its device. */
  readonly onLoaded?: (request: ModelRequest, model: ModelSummary) => void;
}

/** The process of one model on one device. */
interface Computing {
  readonly request: ModelRequest;
  readonly client: EngineClient;
  /** Resolves when the model has been opened, and found to fit. */
  readonly ready: Promise<unknown>;
  /** Calls that live in it. */
  users: number;
}

/** What reads tokenizers and files alone: it is answered at once, whatever computes or loads. */
const reading: ReadonlySet<string> = new Set(
  [tokenize, tokenTexts, planExperiment, reportExperiment].map(({ name }) => name),
);

/** A text and a tokenizer that never come to an end block the process that reads; nothing of it is lost. */
const readingGrace = 1000;

const keyOf = ({ folder, device }: ModelRequest): string => JSON.stringify([folder, device]);

function requestOf(name: string, parameters: object): ModelRequest | undefined {
  if (reading.has(name) || !('folder' in parameters) || typeof parameters.folder !== 'string') return undefined;
  const device = 'device' in parameters ? (parameters.device as ModelRequest['device']) : undefined;
  return { folder: parameters.folder, device: device ?? 'auto' };
}

/**
 * Lends engines: one process for each model on each device, as many as there is memory for, and one that only reads. A
 * native call blocks its whole process; so work with one model never waits for another's, and what ends one process ends
 * nothing else. A model that does not fit beside the others takes the place of one that nobody uses, or waits for it.
 */
export class EngineHost {
  private readonly reader: EngineClient;
  /** Those that were used last at the end. */
  private readonly computing = new Map<string, Computing>();
  private readonly held = new Map<Uint8Array, Map<EngineClient, () => void>>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: HostOptions) {
    this.reader = new EngineClient({ ...options, repeatable: true, graceMilliseconds: readingGrace });
  }

  /** Asks for an operation; see `EngineClient.call`. A call that waits for memory says so and can be cancelled. */
  async call<P extends Parameters, Result, Progress>(
    operation: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    hooks: Hooks<Progress> = {},
  ): Promise<Result> {
    const request = requestOf(operation.name, parameters);
    if (!request) return this.reader.call(operation, this.holding(this.reader, parameters), hooks);
    const engine = await this.lend(request, hooks);
    try {
      return await engine.client.call(operation, this.holding(engine.client, parameters), hooks);
    } finally {
      this.giveBack(engine);
    }
  }

  /** Keeps the bytes of a file in every process that a call names them to; see `EngineClient.hold`. */
  hold(bytes: Uint8Array): () => void {
    const releases = new Map<EngineClient, () => void>();
    this.held.set(bytes, releases);
    return () => {
      this.held.delete(bytes);
      for (const release of releases.values()) release();
    };
  }

  /** Process ids of the engines that run. */
  get pids(): number[] {
    return this.clients.flatMap(({ pid }) => pid ?? []);
  }

  /** Ends all processes because somebody wants new ones; work that can go on does so in them. */
  restart(): void {
    for (const client of this.clients) client.restart();
  }

  /** Ends all processes; what they were doing rejects. The next call starts what it needs. */
  stop(): void {
    for (const client of this.clients) client.stop();
    this.computing.clear();
  }

  private get clients(): EngineClient[] {
    return [this.reader, ...[...this.computing.values()].map(({ client }) => client)];
  }

  /** @throws Cancelled when the call is cancelled while it waits; whatever opening the model throws. */
  private async lend(request: ModelRequest, hooks: Pick<Hooks<never>, 'signal' | 'onWait'>): Promise<Computing> {
    for (;;) {
      const engine = this.engineFor(request);
      try {
        await unlessCancelled(engine.ready, hooks.signal);
        return engine;
      } catch (error) {
        this.giveBack(engine);
        if (error instanceof Cancelled) throw error;
        this.end(engine);
        if (!(error instanceof NoRoom)) throw error;
        await this.makeRoom(request, hooks);
      }
    }
  }

  private engineFor(request: ModelRequest): Computing {
    const key = keyOf(request);
    const known = this.computing.get(key);
    const engine = known ?? this.start(request);
    this.computing.delete(key);
    this.computing.set(key, engine);
    engine.users++;
    return engine;
  }

  private start(request: ModelRequest): Computing {
    const client = new EngineClient(this.options);
    const alone = this.computing.size === 0;
    const ready = client.call(loadModel, { ...request, alone });
    ready.then(
      model => this.options.onLoaded?.(request, model),
      () => undefined,
    );
    return { request, client, ready, users: 0 };
  }

  private giveBack(engine: Computing): void {
    engine.users--;
    for (const look of [...this.waiting]) look();
  }

  private end({ request, client, users }: Computing): void {
    if (users || this.computing.get(keyOf(request))?.client !== client) return;
    this.computing.delete(keyOf(request));
    client.stop();
  }

  /** Ends the process that nobody has used for longest; when all are in use, as soon as one is not. */
  private async makeRoom(
    wanted: ModelRequest,
    { signal, onWait }: Pick<Hooks<never>, 'signal' | 'onWait'>,
  ): Promise<void> {
    const others = (): Computing[] =>
      [...this.computing.values()].filter(({ request }) => keyOf(request) !== keyOf(wanted));
    const idle = (): Computing | undefined => others().find(({ users }) => !users);
    if (!idle() && others().length) {
      onWait?.(
        others()
          .map(({ request }) => basename(request.folder))
          .join(', '),
      );
      await this.until(() => idle() !== undefined || !others().length, signal).finally(() => onWait?.(undefined));
    }
    const ended = idle();
    if (ended) this.end(ended);
  }

  private until(holds: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (end: () => void): void => {
        this.waiting.delete(look);
        signal?.removeEventListener('abort', cancel);
        end();
      };
      const look = (): void => {
        if (holds()) finish(resolve);
      };
      const cancel = (): void => finish(() => reject(new Cancelled()));
      this.waiting.add(look);
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted) cancel();
      else look();
    });
  }

  /** Lets a process hold the bytes that are named to it, if they are to be held. */
  private holding<P extends object>(client: EngineClient, parameters: P): P {
    for (const value of bytesIn(parameters)) {
      const releases = this.held.get(value);
      if (releases && !releases.has(client)) releases.set(client, client.hold(value));
    }
    return parameters;
  }
}

/** @throws Cancelled as soon as the signal is aborted; what was waited for goes on. */
async function unlessCancelled(ready: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  let cancel = (): void => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => reject(new Cancelled());
  });
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  try {
    await Promise.race([ready, cancelled]);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(bytesIn);
}
