import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { inRepository } from './paths.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr holds these words; rejects when the process ends without them. */
  readonly says: (words: string) => Promise<void>;
  /** All that stderr holds so far. */
  readonly said: () => string;
  /** As a terminal sends it: to the whole group. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
}

/** Starts the command line as a user does, in a process group of its own. */
export function start(args: readonly string[], input: string | Uint8Array = ''): Running {
  const child = spawn(process.execPath, [inRepository('dist/cli.mjs'), ...args], { detached: true });
  const output: Buffer[] = [];
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  // A command that refuses its options never reads what it is given.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(output), stderr }));
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) signalGroup('SIGKILL');
  });
  const says = (words: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(words)) resolve();
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended without saying "${words}": ${stderr}`)));
    });
  return { child, ended, says, said: () => stderr, signalGroup };
}

/** Runs the command line to its end. */
export function run(args: readonly string[], input?: string | Uint8Array): Promise<Ended> {
  return start(args, input).ended;
}

/** Runs what must succeed; returns its stdout. */
export async function output(args: readonly string[], input?: string | Uint8Array): Promise<Buffer> {
  const { code, stdout, stderr } = await run(args, input);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
