import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runQueued, serveQueue } from '../../src/cli/queue/index.ts';
import type { JobResult } from '../../src/cli/queue/jobs.ts';
import type { CellsToCompute } from '../../src/cli/queue/worker.ts';
import type { WantedCell } from '../../src/runtime/experiments/batches.ts';
import { outcomeSchema, plainCell } from '../../src/runtime/experiments/cell.ts';
import { Records } from '../../src/runtime/work/records.ts';
import { milliseconds, printNote, printTable } from '../table.ts';
import { secondsOf } from '../timing.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Starts a Redis that writes what it is told to a file, as the docs advise. @returns undefined where there is none */
async function withRedis<T>(folder: string, work: (url: string) => Promise<T>): Promise<T | undefined> {
  const port = await freePort();
  const kept = ['--dir', folder, '--appendonly', 'yes', '--save', '', '--bind', '127.0.0.1'];
  const child = spawn('redis-server', ['--port', String(port), ...kept], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ready = await new Promise<boolean>(resolve => {
    child.on('error', () => resolve(false));
    child.on('exit', () => resolve(false));
    child.stdout.on('data', (said: Buffer) => {
      if (said.includes('Ready to accept connections')) resolve(true);
    });
  });
  if (!ready) return undefined;
  try {
    return await work(`redis://127.0.0.1:${port}`);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

/** Cells that take no time; the texts lie in Redis as those of a real run do. */
const noTime = ({ cells }: CellsToCompute): Promise<JobResult> =>
  Promise.resolve(
    cells.map(({ key, cell }) => ({
      key,
      outcome: { ...cell, correct: [32], evaluations: 57, seconds: 0.7, information: [101.25], problem: null },
    })),
  );

/** Seconds from the plan to the last record, of cells that take no time themselves. */
async function secondsThroughQueue(url: string, folder: string, count: number, size: number): Promise<number> {
  const cells = Array.from({ length: count }, (_, text): WantedCell => {
    const cell = { ...plainCell, texts: [text], length: 32, seed: 0, recipe: 'lbfgs' as const, budget: 2000 };
    return { key: `${size} ${text}`.padEnd(64, '0'), cell, size };
  });
  const tokens = cells.map(() => Int32Array.from({ length: 256 }, (_, i) => i));
  const records = () => Records.open(join(folder, `${size}.jsonl`), outcomeSchema, 'record of an experiment');
  const controller = new AbortController();
  const common = { url, say: () => undefined };
  const worker = serveQueue({ ...common, lostAfterSeconds: 30, compute: noTime, signal: controller.signal });
  const seconds = await secondsOf(() =>
    runQueued({
      ...{ ...common, records, model: { folder: '', id: 'demo-model', fingerprint: '0' }, software: '0' },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      wanted: async () => {
        const known = await records();
        const wanted = cells.filter(({ key }) => !known.find(key));
        return { wanted, done: cells.length - wanted.length, cells: cells.length, tokens };
      },
    }),
  );
  controller.abort();
  await worker;
  return seconds;
}

/** What a cell costs that goes through a real Redis to a worker and back into the records. */
export async function benchmarkQueue(cells: number, rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-queue-'));
  try {
    const rows = await withRedis(folder, async url => {
      const found: string[][] = [];
      for (const [name, size] of [
        ['in batches of one shape (N=32)', 32],
        ['each by itself', Number.POSITIVE_INFINITY],
      ] as const) {
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          times.push((await secondsThroughQueue(url, folder, cells, size)) / cells);
          await rm(join(folder, `${size}.jsonl`));
        }
        times.sort((a, b) => a - b);
        found.push([name, ...[times[0], times.at(-1)].map(time => milliseconds(time ?? Number.NaN))]);
      }
      return found;
    });
    if (!rows) return printNote('The queue is not measured: there is no redis-server here.');
    printTable(
      `The queue, ${cells} cells that take no time, one worker, Redis on this machine, ${rounds} rounds`,
      ['cells', 'a cell, at least', 'at most'],
      rows,
    );
    printNote('From the plan to the last record; the aim was 20 ms.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
