import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { BenchmarkShape } from './shapes.ts';

/** The distribution's own interpreter first: Debian's PyTorch is for that one alone. */
const interpreters = ['/usr/bin/python3', 'python3'];
/** Relative to the bundle in dist/. */
const script = fileURLToPath(new URL('../bench/pytorch_step.py', import.meta.url));
/** Without these glibc gives every large tensor back to the system and faults its pages in anew: PyTorch at its best. */
const environment = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '100000000000' };
/** Threads of OpenBLAS and OpenMP spin for a while after their last work, and would disturb whoever is timed next. */
const settlingMilliseconds = 150;

const versionSchema = z.object({ version: z.string(), implementation: z.string() });
const stepSchema = z.object({ seconds: z.number(), memory: z.number().nullable() });
const failureSchema = z.object({ error: z.string() });

/** Where and how PyTorch computes. */
export interface PyTorchSettings {
  readonly device: 'cpu' | 'cuda';
  /** `tf32` is float32 whose products round their factors to TensorFloat-32. */
  readonly precision: 'float32' | 'tf32' | 'bfloat16';
  /** Whether the model is that of `transformers`, where it is installed, and not the plain one of the script. */
  readonly transformers: boolean;
}

const plainOnCpu: PyTorchSettings = { device: 'cpu', precision: 'float32', transformers: false };

function hasPyTorch(interpreter: string): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(interpreter, ['-c', 'import torch'], { stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('close', code => resolve(code === 0));
  });
}

/** A Python that has PyTorch, or undefined. */
export async function findPyTorch(): Promise<string | undefined> {
  for (const interpreter of interpreters) if (await hasPyTorch(interpreter)) return interpreter;
  return undefined;
}

/** The same training step in PyTorch eager, in a process of its own. */
export class PyTorch {
  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly answers: AsyncIterator<string>,
    private readonly errors: string[],
  ) {}

  /** "PyTorch 2.4, transformers 4.50". */
  name = '';

  /** @throws Error with what Python said, such as that it has no such device. */
  static async start(
    interpreter: string,
    { settings }: Pick<BenchmarkShape, 'settings'>,
    threads: number,
    how = plainOnCpu,
  ): Promise<PyTorch> {
    const child = spawn(interpreter, [script], { env: { ...process.env, ...environment } });
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    child.on('error', error => errors.push(error.message));
    // A process that died is told by the answer that does not come.
    child.stdin.on('error', () => undefined);
    const pyTorch = new PyTorch(child, createInterface(child.stdout)[Symbol.asyncIterator](), errors);
    try {
      const told = versionSchema.parse(await pyTorch.ask(JSON.stringify({ config: settings, threads, ...how })));
      pyTorch.name = `PyTorch ${told.version}, ${told.implementation}`;
    } catch (error) {
      pyTorch.stop();
      throw error;
    }
    return pyTorch;
  }

  /** Seconds of one step. */
  async step(tokens: number): Promise<number> {
    return (await this.measure(tokens)).seconds;
  }

  /** One step of so many texts: seconds, and the most bytes of a card's memory until now; null without a card. */
  async measure(tokens: number, batch = 1): Promise<z.output<typeof stepSchema>> {
    const measured = stepSchema.parse(await this.ask(JSON.stringify({ tokens, batch })));
    await pause(settlingMilliseconds);
    return measured;
  }

  stop(): void {
    this.child.stdin.end();
    this.child.kill();
  }

  private async ask(line: string): Promise<unknown> {
    this.child.stdin.write(`${line}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`${script} ended: ${this.errors.join('')}`);
    const answer: unknown = JSON.parse(value);
    const failure = failureSchema.safeParse(answer);
    if (failure.success) throw new Error(failure.data.error);
    return answer;
  }
}
