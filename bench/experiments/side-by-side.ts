import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoModel } from '../../src/cli/engine.ts';
import { experimentOf } from '../../src/runtime/experiments/index.ts';
import { runExperiment } from '../../src/runtime/experiments/run.ts';
import { textsFrom } from '../../src/runtime/experiments/texts.ts';
import { type Model, openModel } from '../../src/runtime/models/model.ts';
import { Evaluator } from '../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../src/runtime/training/sessions.ts';
import { runQuietly } from '../child.ts';
import { printNote, printTable } from '../table.ts';
import { secondsOf } from '../timing.ts';

/** Relative to the bundle in dist/. */
const passages = fileURLToPath(new URL('../bench/passages.json', import.meta.url));
const commandLine = fileURLToPath(new URL('cli.mjs', import.meta.url));

/** Prefixes of so many tokens, each trained once. */
const settingsOf = (length: number, texts: number) => ({ arrangements: ['e-m-repeated'], lengths: [length], texts });

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-experiments-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds that the cells of some texts take, as many side by side as are worth it or one after the other. */
function secondsOfCells(
  model: Model,
  sessions: Sessions,
  texts: readonly string[],
  length: number,
  sideBySide: boolean,
): Promise<number> {
  const experiment = experimentOf('arrangements').choose('quick', settingsOf(length, texts.length));
  const evaluator = new Evaluator(model, sessions);
  const oracle = {
    positionsAtOnce: sideBySide ? evaluator.positionsAtOnce : 1,
    evaluate: evaluator.evaluate.bind(evaluator),
    look: evaluator.look.bind(evaluator),
  };
  return inFolder(folder =>
    secondsOf(() =>
      runExperiment({
        ...{ experiment, model, sessions, texts, oracle, records: join(folder, 'cells.jsonl') },
        ...{ cancelled: () => false, onProgress: () => undefined },
      }),
    ),
  );
}

/** Seconds of a command for one text: it loads the model, trains, and reports. */
function secondsOfCommand(text: string, length: number): Promise<number> {
  return inFolder(async folder => {
    const file = join(folder, 'text.txt');
    await writeFile(file, text);
    const settings = Object.entries(settingsOf(length, 1)).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const out = ['--texts', file, '--out', join(folder, 'out'), '--device', 'cpu'];
    return await secondsOf(() => runQuietly(commandLine, ['experiment', 'run', 'arrangements', ...settings, ...out]));
  });
}

/** Cells side by side against a loop of one text at a time, in turn, and against a command for each text. */
export async function benchmarkSideBySide(length: number, count: number, rounds: number): Promise<void> {
  const source = await textsFrom({ paths: [], cut: 'whole', words: null }, passages);
  const texts = source.texts.slice(0, count).map(({ text }) => text);
  const model = await openModel(demoModel);
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  const seconds = { together: [] as number[], loop: [] as number[], commands: [] as number[] };
  try {
    await sessions.training(model);
    for (let round = 0; round < rounds; round++) {
      for (const way of round % 2 ? (['loop', 'together'] as const) : (['together', 'loop'] as const))
        seconds[way].push(await secondsOfCells(model, sessions, texts, length, way === 'together'));
      const text = texts[round % texts.length] ?? '';
      seconds.commands.push(await secondsOfCommand(text, length));
    }
  } finally {
    await sessions.dispose();
  }
  const perMinute = (times: readonly number[], cells: number): number =>
    (60 * cells * times.length) / times.reduce((sum, time) => sum + time, 0);
  const together = perMinute(seconds.together, texts.length);
  const rows = [
    ['side by side', together],
    ['one text after the other', perMinute(seconds.loop, texts.length)],
    ['a command for each text', perMinute(seconds.commands, 1)],
  ] as const;
  printTable(
    `Cells of N=${length} on the demo model, ${texts.length} texts, ${rounds} rounds in turn, CPU`,
    ['way', 'cells per minute', 'side by side is faster by'],
    rows.map(([way, rate]) => [way, rate.toFixed(1), `${(together / rate).toFixed(2)}x`]),
  );
  printNote('one after the other: in one process, on a model that is loaded. A command loads it, trains and reports.');
}
