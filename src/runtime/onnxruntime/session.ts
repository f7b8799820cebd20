import type { InferenceSession as RuntimeSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { messageOf, UserError } from '../errors.ts';
import type { SerializedGraph } from '../graph/onnx.ts';
import { demandFullPrecision, providersOf } from './device.ts';
import type { DeviceName } from './device-names.ts';
import { InferenceSession, Tensor } from './library.ts';
import { freeMemory, isOutOfMemory, whoHoldsMemory } from './memory.ts';
import { threadsFrom } from './threads.ts';

/** Of float32, int32, int64 and bool (1 or 0) tensors. */
export type Values = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export interface SessionOptions {
  readonly device: DeviceName;
  /**
   * Let the runtime make of frozen weights what its products take fastest: on the CPU a packed copy for every use, which
   * makes an evaluation 1.1 to 3 times faster and takes as long as 10 to 30 of them. Without it weights stay a shared
   * memory map of the user's file; a graph keeps those of 16 bits as `withStoredWeights` has it.
   */
  readonly prepareWeights: boolean;
  /** Refuse nodes that the device's provider cannot run, in place of running them on the CPU. */
  readonly forbidFallback?: boolean;
  /** Prefix of a file into which the runtime writes the time of every operator. */
  readonly profilePrefix?: string;
}

/** The value of an input. */
export interface Feed {
  readonly values: Values;
  readonly shape: readonly number[];
}

function tensorOf({ values, shape }: Feed): RuntimeTensor {
  if (values instanceof Float32Array) return new Tensor('float32', values, shape);
  if (values instanceof Int32Array) return new Tensor('int32', values, shape);
  if (values instanceof BigInt64Array) return new Tensor('int64', values, shape);
  return new Tensor('bool', values, shape);
}

/** A graph that has been loaded and can be run. Running blocks the thread: only the engine's process may hold one. */
export class GraphSession {
  private readonly running = new Set<Promise<unknown>>();
  private released: Promise<void> | undefined;

  private constructor(private readonly session: RuntimeSession) {}

  /**
   * @throws UserError when the device's provider is missing (see device.ts), the number of threads is none, there is no
   *   memory, or the weights are not there any more.
   * @throws Error of the runtime: an operator that the device lacks while falling back is forbidden.
   */
  static async create(graph: SerializedGraph, options: SessionOptions): Promise<GraphSession> {
    const session: Record<string, string> = {};
    if (!options.prepareWeights || options.device !== 'cpu') session.disable_prepacking = '1';
    if (options.forbidFallback) session.disable_cpu_ep_fallback = '1';
    if (graph.weightFolder) session.model_external_initializers_file_folder_path = graph.weightFolder;
    demandFullPrecision(options.device);
    const threads = threadsFrom(process.env);
    try {
      return new GraphSession(
        await InferenceSession.create(graph.bytes, {
          executionProviders: providersOf(options.device),
          graphOptimizationLevel: 'all',
          // A plan for one block of all activations is made after the first run, whose own blocks are then kept beside
          // it: as fast as without (the arena finds the same places again), and twice the memory.
          enableMemPattern: false,
          logSeverityLevel: 3,
          extra: { session },
          ...(threads ? { intraOpNumThreads: threads } : {}),
          ...(options.profilePrefix ? { enableProfiling: true, profileFilePrefix: options.profilePrefix } : {}),
        }),
      );
    } catch (error) {
      throw loadingProblem(error, graph.weightFolder);
    }
  }

  /**
   * Runs the graph on the values of its inputs, by name; returns the values of its outputs, by name.
   *
   * @param wanted the outputs that are handed over; all of them when left out
   */
  async run(feeds: Readonly<Record<string, Feed>>, wanted?: readonly string[]): Promise<ReadonlyMap<string, Values>> {
    if (this.released) throw new Error('the session has been disposed');
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)]));
    // The runtime begins only with the next turn of the event loop: what was disposed until then would be gone.
    const run = wanted ? this.session.run(inputs, wanted) : this.session.run(inputs);
    this.running.add(run);
    const outputs = await run.finally(() => this.running.delete(run));
    const result = new Map<string, Values>();
    for (const [name, tensor] of Object.entries(outputs)) {
      const { data } = tensor;
      if (!(data instanceof Float32Array || data instanceof Int32Array || data instanceof BigInt64Array))
        throw new Error(`output ${name} is ${tensor.type}`);
      result.set(name, data);
    }
    return result;
  }

  /** Writes the profile, if one was asked for. */
  endProfiling(): void {
    this.session.endProfiling();
  }

  /** Gives back all memory as soon as nothing runs any more. May be called again. */
  dispose(): Promise<void> {
    this.released ??= Promise.allSettled(this.running).then(() => this.session.release());
    return this.released;
  }
}

/** What the runtime says when a file of weights is gone, or has become shorter than its header says. */
const weightsGone = /External data path|External initializer|cannot be mapped|No such file/;

function loadingProblem(error: unknown, folder: string | undefined): unknown {
  const said = messageOf(error);
  if (folder && weightsGone.test(said))
    return new UserError(
      `The weights in ${folder} are not there any more, or were changed after the model had been opened; put the model back and run the same again.`,
    );
  if (isOutOfMemory(said))
    return new UserError(
      `There is not enough memory to load the model: ${freeMemory()} are free now; ${whoHoldsMemory}: close it, or choose a smaller model.`,
    );
  return error;
}

/** An output that must be there, as float32. */
export function floats(outputs: ReadonlyMap<string, Values>, name: string): Float32Array {
  const values = outputs.get(name);
  if (!(values instanceof Float32Array)) throw new Error(`the graph has no float32 output ${name}`);
  return values;
}

/** An output that must be there, as int32. */
export function integers(outputs: ReadonlyMap<string, Values>, name: string): Int32Array {
  const values = outputs.get(name);
  if (!(values instanceof Int32Array)) throw new Error(`the graph has no int32 output ${name}`);
  return values;
}
