import { availableParallelism } from 'node:os';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import { Sessions } from '../src/runtime/training/sessions.ts';
import { stepCost } from './graph-cost.ts';
import { cube, flattering, LargeProduct } from './large-product.ts';
import { processStatus } from './process-status.ts';
import { findPyTorch, PyTorch } from './pytorch.ts';
import { openFrozenModel, withRandomCheckpoint } from './random-checkpoint.ts';
import { shapes } from './shapes.ts';
import { gigaflops, milliseconds, percent, printNote, printTable } from './table.ts';
import { median, secondsOf } from './timing.ts';
import { trainingStep } from './training-step.ts';

export interface StepOptions {
  readonly tokens: readonly number[];
  readonly repetitions: number;
}

/** What is timed in turn, so that a machine that is busy for a while slows all of them. */
interface Round {
  readonly seconds: number;
  /** FLOP/s of the large products. */
  readonly cubeRate: number;
  readonly bestRate: number;
  readonly pyTorchSeconds: number | undefined;
}

interface Yardsticks {
  readonly cube: LargeProduct;
  readonly best: LargeProduct;
}

const warmUps = 2;

async function timeRounds(
  model: FrozenModel,
  tokens: number,
  repetitions: number,
  yardsticks: Yardsticks,
  pyTorch: PyTorch | undefined,
): Promise<Round[]> {
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  const step = trainingStep(model, tokens, sessions);
  const round = async (): Promise<Round> => ({
    seconds: await secondsOf(step),
    cubeRate: await yardsticks.cube.flopsPerSecond(),
    bestRate: await yardsticks.best.flopsPerSecond(),
    pyTorchSeconds: await pyTorch?.step(tokens),
  });
  for (let warmUp = 0; warmUp < warmUps; warmUp++) await round();
  const rounds: Round[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) rounds.push(await round());
  await sessions.dispose();
  return rounds;
}

/** The yardsticks, and how many threads the runtime computes with: those that a session starts, and ours. */
async function openYardsticks(): Promise<{ yardsticks: Yardsticks; threads: number }> {
  // Whatever Node starts once comes before the count.
  const best = await LargeProduct.create('cpu', flattering);
  const before = await processStatus('Threads');
  const yardsticks = { cube: await LargeProduct.create('cpu', cube), best };
  const after = await processStatus('Threads');
  const threads = before === undefined || after === undefined ? availableParallelism() : after - before + 1;
  return { yardsticks, threads };
}

function rowOf(tokens: number, flops: number, rounds: readonly Round[]): string[] {
  const seconds = median(rounds.map(round => round.seconds));
  const pyTorch = rounds.flatMap(round =>
    round.pyTorchSeconds === undefined ? [] : [{ seconds: round.pyTorchSeconds, ours: round.seconds }],
  );
  return [
    String(tokens),
    (flops / 1e9).toFixed(1),
    milliseconds(seconds),
    gigaflops(flops, seconds),
    gigaflops(median(rounds.map(({ cubeRate }) => cubeRate)), 1),
    percent(median(rounds.map(round => flops / round.seconds / round.cubeRate))),
    gigaflops(median(rounds.map(({ bestRate }) => bestRate)), 1),
    percent(median(rounds.map(round => flops / round.seconds / round.bestRate))),
    pyTorch.length ? milliseconds(median(pyTorch.map(other => other.seconds))) : '-',
    pyTorch.length ? `${median(pyTorch.map(other => other.seconds / other.ours)).toFixed(1)}x` : '-',
  ];
}

/** Step time against what the matrix products alone must take, and against PyTorch eager. */
export async function benchmarkStep({ tokens, repetitions }: StepOptions): Promise<void> {
  const interpreter = await findPyTorch();
  const { yardsticks, threads } = await openYardsticks();
  for (const shape of shapes)
    await withRandomCheckpoint(shape, async folder => {
      const rows: string[][] = [];
      const model = await openFrozenModel(folder);
      const pyTorch = interpreter ? await PyTorch.start(interpreter, shape, threads) : undefined;
      for (const n of tokens) {
        const rounds = await timeRounds(model, n, repetitions, yardsticks, pyTorch);
        rows.push(rowOf(n, stepCost(model, n).flops, rounds));
      }
      pyTorch?.stop();
      printTable(
        `Training step: ${shape.name}, CPU, ${threads} threads, median of ${repetitions}`,
        ['N', 'GFLOP', 'step', 'GFLOP/s', 'large', 'share', 'best', 'share', 'PyTorch', 'ratio'],
        rows,
      );
    });
  for (const yardstick of Object.values(yardsticks)) await yardstick.dispose();
  printNote('large: GFLOP/s of one product of 2048 x 2048 x 2048, timed in turn with the step; share: of that rate.');
  printNote('best: the same of 1024 x 768 x 3072, a shape that suits the runtime better than most.');
  printNote(
    interpreter
      ? 'PyTorch: eager, the same shapes and threads, timed in turn with the step; ratio: how much longer it takes.'
      : 'PyTorch is not installed (Debian: apt-get install python3-torch libopenblas0-pthread).',
  );
}
