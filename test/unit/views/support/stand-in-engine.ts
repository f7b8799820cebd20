import { setImmediate } from 'node:timers/promises';
import type { Hooks } from '../../../../src/runtime/engine/client.ts';
import { compress, evaluate, explain } from '../../../../src/runtime/operations/compression.ts';
import { loadModel, openModel, tokenize } from '../../../../src/runtime/operations/models.ts';
import type { Operation, Parameters, ParametersOf } from '../../../../src/runtime/operations/operation.ts';
import type {
  CompressionProgress,
  CompressionResult,
  CompressionSummary,
} from '../../../../src/runtime/results/compression.ts';
import type { ModelSummary } from '../../../../src/runtime/results/models.ts';
import type { EvaluatedToken, ExplainedToken, Explanation, TextToken } from '../../../../src/runtime/results/tokens.ts';
import type { JobEngine } from '../../../../src/views/jobs/job.ts';
import type { EngineLender, JobReporter } from '../../../../src/views/jobs/job-queue.ts';
import type { JobRequest } from '../../../../src/views/jobs/job-record.ts';

/** A compression that has begun and ends when a test says so. */
export interface Begun {
  readonly job: string;
  readonly signal: AbortSignal | undefined;
  tell(progress: CompressionProgress): void;
  /** Says that there is no memory for it beside other work, or that there is now. */
  wait(others: string | undefined): void;
  end(result: CompressionResult): void;
  fail(error: Error): void;
}

/** Four tokens, as the engine cuts "The sea was calm." */
const words = ['The', ' sea', ' was', ' calm'];

const model: ModelSummary = {
  id: 'a model',
  revision: null,
  architecture: 'neox',
  fingerprint: '',
  parameters: 1,
  hiddenSize: 1,
  vocabularySize: 10,
  device: 'cpu',
  deviceReason: 'there is no other',
  otherDevices: [],
  memory: { weights: 0, copies: 0, activations: 0, draft: 0, peak: 0 },
  trains: true,
  memoryRemark: null,
};

/** An engine whose compressions stop at once, until a test lets them go. */
export class StandInEngine implements JobEngine, EngineLender {
  readonly begun: Begun[] = [];
  /** Thrown when a result is looked at. */
  blind: Error | undefined;

  use<T>(work: (engine: JobEngine) => Promise<T>): Promise<T> {
    return work(this);
  }

  async call<P extends Parameters, Result, Progress>(
    { name }: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    { signal, onProgress, onWait }: Hooks<Progress> = {},
  ): Promise<Result> {
    const tell = (progress: unknown): void => onProgress?.(progress as Progress);
    // What an operation gives and tells is what it declares.
    const wait = (others: string | undefined): void => onWait?.(others);
    return (await this.answer(name, parameters, { signal, tell, wait })) as Result;
  }

  private answer(
    name: string,
    parameters: unknown,
    hooks: Pick<Begun, 'signal' | 'wait'> & { tell(progress: unknown): void },
  ): Promise<unknown> {
    switch (name) {
      case openModel.name:
      case loadModel.name:
        return Promise.resolve(model);
      case tokenize.name:
        return Promise.resolve(words.map((text, id): TextToken => ({ id, text, start: id * 4, end: id * 4 + 4 })));
      case compress.name: {
        const { job } = compress.parameters.parse(parameters);
        return new Promise((end, fail) => {
          this.begun.push({ job, ...hooks, end, fail });
        });
      }
      case evaluate.name:
        return this.blind ? Promise.reject(this.blind) : Promise.resolve(evaluation());
      case explain.name:
        return Promise.resolve({ first: 0, tokens: evaluation() } satisfies Explanation);
      default:
        throw new Error(`nothing stands in for ${name}`);
    }
  }

  /** Waits until so many compressions have begun; the last of them. */
  async compression(count: number): Promise<Begun> {
    while (this.begun.length < count) await setImmediate();
    const begun = this.begun[count - 1];
    if (!begun) throw new Error('no compression was asked for');
    return begun;
  }
}

/** Tokens that come out wrong, and those that a cancelled job has not come to. */
export function evaluation(wrong: readonly number[] = [], unknown: readonly number[] = []): EvaluatedToken[] {
  return words.map((targetText, target) => ({
    ...scoreOf(target, targetText, wrong),
    ...(unknown.includes(target) ? { predicted: -1, predictedText: '', nll: Number.NaN, rank: 0, top: [] } : {}),
    start: target * 4,
    end: target * 4 + 4,
  }));
}

function scoreOf(target: number, targetText: string, wrong: readonly number[]): ExplainedToken {
  return {
    target,
    targetText,
    predicted: wrong.includes(target) ? 9 : target,
    predictedText: wrong.includes(target) ? 'x' : targetText,
    nll: 0.1,
    rank: wrong.includes(target) ? 2 : 1,
    top: [{ id: target, text: targetText, nll: 0.1 }],
  };
}

export interface Outcome {
  readonly wrong?: readonly number[];
  readonly unknown?: readonly number[];
  readonly cancelled?: boolean;
}

/** What a compression of four tokens returns. */
export function resultOf({ wrong = [], unknown = [], cancelled = false }: Outcome = {}): CompressionResult {
  const tokens = evaluation(wrong, unknown);
  const correct = tokens.filter(({ target, predicted }) => target === predicted).length;
  const summary: CompressionSummary = {
    tokens: 4,
    segments: 2,
    accuracy: correct / 4,
    corrections: 4 - correct,
    patches: 0,
    steps: [3, 4],
    evaluations: 7,
    seconds: 2,
    sizes: { file: 100, vectors: 80, corrections: 0, patches: 0, header: 20, text: 17, deflated: 17 },
    storage: 'F16',
    device: 'cpu',
    cancelled,
    resumedAfterSeconds: 0,
    keptSegments: null,
  };
  return { file: Uint8Array.of(1, 2, 3), summary, tokens, decodeSeconds: 0.5 };
}

/** A moment of two segments, of which the first has begun. */
export const progress: CompressionProgress = {
  segments: [
    { start: 0, length: 2, correct: 1, loss: 0.5, steps: 3, state: 'training' },
    { start: 2, length: 2, correct: 0, loss: undefined, steps: 0, state: 'waiting' },
  ],
  tokens: 4,
  correct: 1,
  loss: 0.5,
  evaluations: 3,
  predicted: Int32Array.of(0, 9, -1, -1),
  nll: Float32Array.of(0.1, 3, Number.NaN, Number.NaN),
  seconds: 1,
  secondsLeft: 3,
};

/** Keeps what it is told. */
export class StandInReporter implements JobReporter {
  readonly warnings: string[] = [];
  readonly noted: unknown[] = [];
  readonly log = { warn: (line: string): void => void this.warnings.push(line) };

  sentenceOf(error: unknown): string {
    return String(error);
  }

  note(error: unknown): void {
    this.noted.push(error);
  }
}

export const request: Omit<JobRequest, 'id'> = {
  title: 'sea.txt:1',
  text: 'The sea was calm.',
  model: { folder: '/models/demo', device: 'cpu' },
  choices: {
    arrangement: 'e-m-repeated',
    recipe: 'lbfgs',
    segmentLength: 64,
    budget: undefined,
    seed: 0,
    sharedM: false,
  },
};
