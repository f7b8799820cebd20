import { Cancelled, NeedsWeights, NoRoom } from '../errors.ts';
import { folderName, placeOf } from '../models/folder-name.ts';
import type { DeviceName } from '../onnxruntime/device-names.ts';
import { planExperiment, reportExperiment } from '../operations/experiments.ts';
import { bestDevice, loadModel, openModel, tokenize, tokenTexts } from '../operations/models.ts';
import type { ModelRequest, Operation, Parameters, ParametersOf } from '../operations/operation.ts';
import type { ModelSummary } from '../results/models.ts';
import { EngineClient, type EngineOptions, type Hooks } from './client.ts';
import { asked, bytesIn, type Computing, isOpen, serves, type Wanted, wantedBy, wayOf } from './computing.ts';
import { goingOn } from './crash.ts';
import { unlessCancelled, Waiting } from './waiting.ts';

export interface HostOptions extends Omit<EngineOptions, 'onEnd'> {
  /** A process has opened a model, found that it fits, and chosen its device. */
  readonly onLoaded?: (request: ModelRequest, model: ModelSummary) => void;
  /** That process has died or was restarted: what it had chosen need not hold for the next one. */
  readonly onLost?: (request: ModelRequest) => void;
}

/**
 * What reads tokenizers and files alone: it is answered at once, whatever computes or loads. Where it comes to need the
 * weights it is asked of the process that holds them.
 */
const reading: ReadonlySet<string> = new Set(
  [tokenize, tokenTexts, planExperiment, reportExperiment].map(({ name }) => name),
);

/** A text and a tokenizer that never come to an end block the process that reads; nothing of it is lost. */
const readingGrace = 1000;

/**
 * Lends engines: one process for each model on each device, as many as there is memory for, and one that only reads and
 * holds no weights. A model on a device is held once: whoever asks for "auto" shares the process of whoever has named the
 * device that it takes. A native call blocks its whole process; so work with one model never waits for another's, and what
 * ends one process ends nothing else. A model that does not fit beside the others takes the place of one that nobody uses,
 * or waits for it.
 */
export class EngineHost {
  private readonly reader: EngineClient;
  /** Those that were used last at the end. */
  private readonly computing = new Set<Computing>();
  private readonly held = new Map<Uint8Array, Map<EngineClient, () => void>>();
  private readonly waiting = new Waiting();
  /** Whether a device that "auto" had taken has failed: the next process tries it anew. */
  private tryAnew = false;

  constructor(private readonly options: HostOptions) {
    this.reader = new EngineClient({ ...options, readsOnly: true, repeatable: true, graceMilliseconds: readingGrace });
  }

  /** Asks for an operation; see `EngineClient.call`. A call that waits for memory says so and can be cancelled. */
  async call<P extends Parameters, Result, Progress>(
    operation: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    hooks: Hooks<Progress> = {},
  ): Promise<Result> {
    const wanted = wantedBy(operation, parameters);
    const read = (): Promise<Result> => this.reader.call(operation, this.holding(this.reader, parameters), hooks);
    if (!wanted) return read();
    if (reading.has(operation.name))
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof NeedsWeights)) throw error;
      }
    return await goingOn(operation, hooks, async heard => {
      const engine = await this.lend(wanted, heard);
      try {
        return await engine.client.ask(operation, this.holding(engine.client, parameters), heard);
      } finally {
        this.giveBack(engine);
      }
    });
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
    const { clients } = this;
    this.computing.clear();
    for (const client of clients) client.stop();
  }

  private get clients(): EngineClient[] {
    return [this.reader, ...[...this.computing].map(({ client }) => client)];
  }

  /** @throws Cancelled when the call is cancelled while it waits; whatever opening the model throws. */
  private async lend(wanted: Wanted, hooks: Pick<Hooks<never>, 'signal' | 'onWait'>): Promise<Computing> {
    for (;;) {
      const engine = this.engineFor(wanted.request);
      try {
        if (await unlessCancelled(this.readyFor(engine, wanted), hooks.signal)) return engine;
        this.giveBack(engine);
      } catch (error) {
        this.giveBack(engine);
        if (error instanceof Cancelled) throw error;
        if (!isOpen(engine)) this.end(engine);
        if (!(error instanceof NoRoom)) throw error;
        await this.makeRoom(wanted.request, hooks);
      }
    }
  }

  private engineFor(request: ModelRequest): Computing {
    const known = [...this.computing].find(engine => serves(engine, request));
    const engine = known ?? this.start(request);
    this.computing.delete(engine);
    this.computing.add(engine);
    engine.users++;
    return engine;
  }

  private start({ folder, device }: ModelRequest): Computing {
    const engine: Computing = {
      folder,
      place: placeOf(folder),
      client: new EngineClient({ ...this.options, onEnd: ({ kind }) => this.lose(engine, kind === 'died') }),
      device: device === 'auto' ? undefined : device,
      ...{ ready: new Map(), told: [], users: 0 },
    };
    return engine;
  }

  /** After its process has died or was restarted. */
  private lose(engine: Computing, hasDied: boolean): void {
    if (!this.computing.delete(engine)) return;
    const { client, device, told } = engine;
    for (const releases of this.held.values()) releases.delete(client);
    if (hasDied && asked(engine, 'auto') && device !== 'cpu') this.tryAnew = true;
    for (const request of told) this.options.onLost?.(request);
  }

  private readyFor(engine: Computing, wanted: Wanted): Promise<boolean> {
    const { ready } = engine;
    const way = wayOf(wanted);
    const known = ready.get(way);
    if (known) return known;
    const opening = this.open(engine, wanted, ready.size === 0);
    ready.set(way, opening);
    opening.catch(() => ready.set(way, undefined));
    return opening;
  }

  /**
   * Opens the model, and finds out before that what "auto" takes. Where another process has this model on that device, it
   * serves, and this one ends, unless it has worked already.
   */
  private async open(engine: Computing, wanted: Wanted, isNew: boolean): Promise<boolean> {
    const { client, place } = engine;
    const { request, looks } = wanted;
    const alone = this.computing.size === 1;
    const device = engine.device ?? (await this.bestDevice(client));
    const isTwin = (other: Computing): boolean => other !== engine && other.place === place && other.device === device;
    const twin = isNew ? [...this.computing].find(isTwin) : undefined;
    if (twin) {
      if (!asked(twin, request.device)) twin.ready.set(wayOf(wanted), undefined);
      this.computing.delete(engine);
      client.stop();
      return false;
    }
    engine.device = device;
    const model = await client.call(looks ? openModel : loadModel, { ...request, alone });
    if (!engine.told.some(({ folder, device: by }) => folder === request.folder && by === request.device))
      engine.told.push(request);
    this.options.onLoaded?.(request, model);
    return true;
  }

  private async bestDevice(client: EngineClient): Promise<DeviceName> {
    const anew = this.tryAnew;
    this.tryAnew = false;
    return await client.call(bestDevice, { anew });
  }

  private giveBack(engine: Computing): void {
    engine.users--;
    this.waiting.look();
  }

  private end(engine: Computing): void {
    if (!engine.users && this.computing.delete(engine)) engine.client.stop();
  }

  /** Ends the process that nobody has used for longest; when all are in use, as soon as one is not. */
  private async makeRoom(
    wanted: ModelRequest,
    { signal, onWait }: Pick<Hooks<never>, 'signal' | 'onWait'>,
  ): Promise<void> {
    const others = (): Computing[] => [...this.computing].filter(engine => !serves(engine, wanted));
    const idle = (): Computing | undefined => others().find(({ users }) => !users);
    if (!idle() && others().length) {
      onWait?.(
        others()
          .map(({ folder }) => folderName(folder).id)
          .join(', '),
      );
      await this.waiting
        .until(() => idle() !== undefined || !others().length, signal)
        .finally(() => onWait?.(undefined));
    }
    const ended = idle();
    if (ended) this.end(ended);
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
