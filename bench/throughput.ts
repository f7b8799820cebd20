import { demoModel } from '../src/cli/engine.ts';
import { continueSequences, greedy } from '../src/runtime/decoding/autoregressive.ts';
import { decodeOneStep } from '../src/runtime/decoding/one-step.ts';
import { type Model, openModel } from '../src/runtime/models/model.ts';
import { defaultArrangement, layoutOf, protoTokenKinds } from '../src/runtime/training/arrangement.ts';
import { normalNumbers } from '../src/runtime/training/random.ts';
import { Sessions } from '../src/runtime/training/sessions.ts';
import { printNote, printTable } from './table.ts';
import { median, secondsOf } from './timing.ts';

export interface ThroughputOptions {
  readonly tokens: readonly number[];
  readonly repetitions: number;
}

/** Tokens per second of both ways of decoding. */
interface Rates {
  readonly oneStep: number;
  readonly autoregressive: number;
}

/** Both ways in turn, so that a machine that is busy for a while slows both; vectors that hold nothing take no less time. */
async function timeInTurn(model: Model, sessions: Sessions, tokens: number, repetitions: number): Promise<Rates> {
  const { hiddenSize } = model.config;
  const solution = {
    protoTokens: protoTokenKinds.map(kind => normalNumbers(hiddenSize, [0], kind)),
    layout: layoutOf(defaultArrangement, tokens),
  };
  const sequence = { prefix: [normalNumbers(hiddenSize, [0], 'mem')], choose: greedy };
  const ways = [
    () => decodeOneStep(model, sessions, [solution]),
    () => continueSequences(model, sessions, [sequence], tokens),
  ];
  const seconds = ways.map(() => [] as number[]);
  for (const way of ways) await way();
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const [i, way] of ways.entries()) seconds[i]?.push(await secondsOf(way));
  const [oneStep = Number.NaN, autoregressive = Number.NaN] = seconds.map(all => tokens / median(all));
  return { oneStep, autoregressive };
}

/** Decoding in one pass against greedy decoding with a cache of keys and values, both on the session that trains. */
export async function benchmarkThroughput({ tokens, repetitions }: ThroughputOptions): Promise<void> {
  const model = await openModel(demoModel);
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  try {
    await sessions.training(model);
    const rows: string[][] = [];
    for (const n of tokens) {
      const { oneStep, autoregressive } = await timeInTurn(model, sessions, n, repetitions);
      rows.push([
        String(n),
        oneStep.toFixed(0),
        autoregressive.toFixed(0),
        `${(oneStep / autoregressive).toFixed(1)}x`,
      ]);
    }
    printTable(
      `Decoding, tokens per second: demo model, CPU, median of ${repetitions}`,
      ['N', 'one pass', 'token by token', 'ratio'],
      rows,
    );
    printNote('one pass: of two proto-tokens; token by token: greedily after one [mem] vector, with a cache.');
    printNote('The paper (Figure 3): 279 times on average, six models of 160M to 8B parameters on an A100 or H100.');
  } finally {
    await sessions.dispose();
  }
}
