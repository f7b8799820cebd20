import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { milliseconds, printNote, printTable } from './table.ts';
import { median } from './timing.ts';

export interface ColdStartOptions {
  readonly repetitions: number;
}

/** Relative to the bundle in dist/. */
const commandLine = fileURLToPath(new URL('cli.mjs', import.meta.url));
const sample = fileURLToPath(new URL('../media/sample.txt', import.meta.url));

/** Seconds from the start of a command until something appears on its stderr, or until its end if nothing does. */
function secondsToFirstLine(parameters: readonly string[], expected: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
    let seconds: number | undefined;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (seconds !== undefined || !expected.test(said)) return;
      seconds = (performance.now() - start) / 1000;
      // The first interrupt would let it save what it has; nobody wants that.
      child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () =>
      seconds === undefined ? reject(new Error(`no progress of ${parameters.join(' ')}: ${said}`)) : resolve(seconds),
    );
  });
}

/** The command line from its start to the progress of its first training step, on the demo model. */
export async function benchmarkColdStart({ repetitions }: ColdStartOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-cold-'));
  const compressing = (device: string): string[] => [
    commandLine,
    'compress',
    sample,
    '--out',
    join(folder, 'out.tokens.proto'),
    '--device',
    device,
  ];
  const cases: readonly (readonly [name: string, parameters: readonly string[], expected: RegExp])[] = [
    ['Node itself', ['-e', 'process.stderr.write("up")'], /up/],
    ['compress --device cpu, to the first step', compressing('cpu'), /loss \d/],
    ['compress --device auto, to the first step', compressing('auto'), /loss \d/],
  ];
  try {
    const rows: string[][] = [];
    for (const [name, parameters, expected] of cases) {
      const times: number[] = [];
      for (let repetition = 0; repetition < repetitions; repetition++)
        times.push(await secondsToFirstLine(parameters, expected));
      rows.push([
        name,
        milliseconds(median(times)),
        milliseconds(Math.min(...times)),
        milliseconds(Math.max(...times)),
      ]);
    }
    printTable(`Cold start, demo model, ${repetitions} times each`, ['case', 'median', 'least', 'most'], rows);
    printNote('auto also opens every other device there is and times a matrix product on each.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
