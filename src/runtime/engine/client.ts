import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Cancelled } from '../errors.ts';
import { isOutOfMemory } from '../onnxruntime/memory.ts';
import type { Operation, Parameters, ParametersOf } from '../operations/operation.ts';
import { EngineCrash, goingOn, thrownFor } from './crash.ts';
import { type FromEngine, readsOnly, replaceBytes, type ToEngine } from './messages.ts';

export interface EngineOptions {
  /** The bundled engine, `engine.mjs`. */
  readonly modulePath: string;
  /** Whether it never holds the weights of a model; what needs them rejects with NeedsWeights. */
  readonly readsOnly?: boolean;
  /** Is done before every start of the process; what it throws is what the calls that wait for it reject with. */
  readonly prepare?: () => Promise<void>;
  /** Library paths of a CUDA installation, say; read before every start of the process. */
  readonly environment?: () => Readonly<Record<string, string | undefined>>;
  /** What becomes of the engine's process, and whatever it prints. */
  readonly log?: (line: string, of: 'process' | 'output') => void;
  /** Is told that a process has ended, before the calls that lived in it are. */
  readonly onEnd?: (crash: EngineCrash) => void;
  /** How long a cancelled call may take to end by itself. */
  readonly graceMilliseconds?: number;
  /**
   * Whether whatever it is asked for can be asked once more of a new process: then one that does not heed a cancellation is
   * replaced, also when other calls live in it.
   */
  readonly repeatable?: boolean;
}

export interface Hooks<Progress> {
  /** Is told at most ten times a second, and of the last record in any case. Without it none is sent. */
  readonly onProgress?: (progress: Progress) => void;
  /** The engine died and is started again; the work goes on from its checkpoint, or begins again without one. */
  readonly onRestart?: (reason: string) => void;
  /** The work cannot begin before other work has ended, for want of memory; undefined when it waits no longer. */
  readonly onWait?: (reason: string | undefined) => void;
  /** Its abort cancels the call, which ends with what there is or rejects. */
  readonly signal?: AbortSignal;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
  /** Cancelled, and its grace time over. */
  overdue: boolean;
}

/** One process, and the calls that live in it. */
interface Running {
  readonly child: ChildProcess;
  readonly pending: Map<number, Pending>;
  /** Keys of the bytes that it holds. */
  readonly holds: Set<number>;
  /** Whether somebody asked for its end. */
  asked: boolean;
  /** Whether it was ended because it did not heed a cancellation, and what else it did is done in another one. */
  replaced: boolean;
  /** Whether it has said that there is no memory. */
  outOfMemory: boolean;
}

/**
 * Speaks to the engine in its own process. The engine starts with the first call, and again with the first one after it
 * has ended. Calls in an engine that dies reject with EngineCrash; those that can go on do so in a new one.
 */
export class EngineClient {
  private running: Running | undefined;
  private starting: Promise<Running> | undefined;
  private readonly held = new Map<Uint8Array, number>();
  private nextId = 1;

  constructor(private readonly options: EngineOptions) {}

  /** Of the engine's process, while there is one. */
  get pid(): number | undefined {
    return this.running?.child.pid;
  }

  /**
   * Asks for an operation. A call that does not heed its cancellation within the grace time has the process killed as
   * soon as no other call lives in it.
   *
   * @throws UserError when what was given is at fault, or the engine dies again and again; Cancelled when it was
   *   cancelled before it had a result; EngineCrash when the engine ended under a call that cannot go on.
   */
  async call<P extends Parameters, Result, Progress>(
    operation: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    hooks: Hooks<Progress> = {},
  ): Promise<Result> {
    return await goingOn(operation, hooks, heard => this.ask(operation, parameters, heard));
  }

  /**
   * Keeps the bytes of a file in the engine, so that the calls that name them send them once (and once more to an engine
   * that had to be started again).
   *
   * @returns what ends it
   */
  hold(bytes: Uint8Array): () => void {
    const key = this.nextId++;
    this.held.set(bytes, key);
    return () => {
      this.held.delete(bytes);
      if (this.running?.holds.delete(key)) this.post(this.running, { type: 'release', key });
    };
  }

  /** Ends the process because somebody wants a new one; work that can go on does so in it. */
  restart(): void {
    if (!this.running) return;
    this.running.asked = true;
    this.kill();
  }

  /** Kills the process at once, as a crash would. */
  kill(): void {
    this.running?.child.kill('SIGKILL');
  }

  /** Ends the process; what it was doing rejects. The next call starts it again. */
  stop(): void {
    if (!this.running) return;
    const { child } = this.running;
    this.end(this.running, new EngineCrash('the engine was stopped', 'ended'));
    child.kill();
  }

  /** The same without going on: rejects with EngineCrash whenever the engine ends under it. */
  async ask<P extends Parameters, Result, Progress>(
    { name }: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    { signal, onProgress }: Hooks<Progress> = {},
  ): Promise<Result> {
    if (signal?.aborted) throw new Cancelled();
    const running = await this.started();
    if (signal?.aborted) throw new Cancelled();
    const id = this.nextId++;
    let grace: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.post(running, { type: 'cancel', id });
      grace = setTimeout(() => this.giveUp(running, id), this.options.graceMilliseconds ?? 10_000);
    };
    signal?.addEventListener('abort', cancel);
    try {
      return await new Promise<Result>((resolve, reject) => {
        running.pending.set(id, {
          // What an operation gives and tells is what it declares.
          resolve: result => resolve(result as Result),
          reject,
          onProgress: onProgress && (progress => onProgress(progress as Progress)),
          overdue: false,
        });
        const given = replaceBytes(parameters, bytes => this.heldIn(running, bytes));
        const progress = onProgress !== undefined;
        this.post(running, { type: 'call', id, operation: name, parameters: given, progress });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      clearTimeout(grace);
      running.pending.delete(id);
      this.killIfDone(running);
    }
  }

  /** What stands in a call for bytes: a reference when they are held, which are sent first if this process has not got them. */
  private heldIn(running: Running, bytes: unknown): unknown {
    const key = bytes instanceof Uint8Array ? this.held.get(bytes) : undefined;
    if (key === undefined || !(bytes instanceof Uint8Array)) return bytes;
    if (!running.holds.has(key)) {
      running.holds.add(key);
      this.post(running, { type: 'hold', key, bytes });
    }
    return { heldBytes: key };
  }

  private giveUp(running: Running, id: number): void {
    const pending = running.pending.get(id);
    if (pending) pending.overdue = true;
    this.killIfDone(running);
  }

  /** Kills a process in which nothing lives but calls that have not heeded their cancellation, or what can be done again. */
  private killIfDone(running: Running): void {
    const { child, pending } = running;
    const calls = [...pending.values()];
    if (!calls.some(({ overdue }) => overdue)) return;
    if (this.options.repeatable) running.replaced = true;
    if (running.replaced || calls.every(({ overdue }) => overdue)) child.kill('SIGKILL');
  }

  private post({ child }: Running, message: ToEngine): void {
    // A process that cannot be reached has ended, or is about to say why it did not start.
    child.send(message, () => undefined);
  }

  private receive(running: Running, message: FromEngine): void {
    const call = running.pending.get(message.id);
    // It has outlived what it said before.
    running.outOfMemory = false;
    if (message.type === 'progress') call?.onProgress?.(message.progress);
    else if (message.type === 'result') call?.resolve(message.result);
    else call?.reject(thrownFor(message.failure));
  }

  private async started(): Promise<Running> {
    if (this.running) return this.running;
    this.starting ??= this.start().finally(() => {
      this.starting = undefined;
    });
    return await this.starting;
  }

  private async start(): Promise<Running> {
    const { modulePath, environment, prepare, log } = this.options;
    await prepare?.();
    const child = fork(modulePath, this.options.readsOnly ? [readsOnly] : [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...environment?.() },
      execArgv: [],
    });
    const running: Running = {
      ...{ child, pending: new Map(), holds: new Set() },
      ...{ asked: false, replaced: false, outOfMemory: false },
    };
    for (const input of [child.stdout, child.stderr])
      if (input)
        createInterface({ input }).on('line', line => {
          if (isOutOfMemory(line)) running.outOfMemory = true;
          if (line.trim()) log?.(line, 'output');
        });
    child.on('message', (message: FromEngine) => this.receive(running, message));
    child.once('spawn', () => log?.(`the engine runs as process ${child.pid}`, 'process'));
    // Not before all that it said has been read.
    child.once('close', (code, signal) => {
      const { asked, replaced } = running;
      const memory = !asked && running.outOfMemory;
      const how = asked ? 'was restarted' : `ended ${signal ? `by ${signal}` : `with code ${code}`}`;
      const why = memory ? ', out of memory' : '';
      const kind = replaced ? 'replaced' : asked ? 'ended' : 'died';
      this.end(running, new EngineCrash(`the engine's process ${how}${why}`, kind, memory));
    });
    child.on('error', error =>
      this.end(running, new EngineCrash(`the engine could not be started (${error.message})`, 'unstartable')),
    );
    this.running = running;
    return running;
  }

  /** Nothing lives in a process any more. */
  private end(running: Running, crash: EngineCrash): void {
    if (this.running === running) {
      this.running = undefined;
      this.options.log?.(crash.message, 'process');
      this.options.onEnd?.(crash);
    }
    for (const { reject } of running.pending.values()) reject(crash);
    running.pending.clear();
  }
}
