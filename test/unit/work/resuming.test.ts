import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/runtime/analysis/connectivity/connect.ts';
import { connectOptions } from '../../../src/runtime/analysis/connectivity/options.ts';
import { findSolutions } from '../../../src/runtime/analysis/solutions/find-solutions.ts';
import { solutionOptions } from '../../../src/runtime/analysis/solutions/options.ts';
import { compress } from '../../../src/runtime/compression/compress.ts';
import { compressionOptions } from '../../../src/runtime/compression/options.ts';
import { decodeProto } from '../../../src/runtime/decoding/decode-proto.ts';
import { readProto } from '../../../src/runtime/files/proto-file.ts';
import { type SolutionSet, writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { CompressionProgress } from '../../../src/runtime/results/compression.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import type { Oracle } from '../../../src/runtime/work/item.ts';
import { Gate } from '../../support/gate.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
let model: Model;
beforeAll(async () => {
  model = await openModel(fixtureModel('neox-parallel-f32'));
});
afterAll(() => sessions.dispose());

/** How work is done in a test. */
interface Run {
  readonly oracle: Oracle;
  readonly checkpoint?: string;
  readonly cancelled?: () => boolean;
  readonly onNotice?: (sentence: string) => void;
}
interface Done {
  readonly file: Uint8Array;
  readonly cancelled: boolean;
  readonly evaluations: number;
}

const text = 'The lamp burned until the sea was calm.';
const never = (): boolean => false;
const ignore = (): void => undefined;

async function compressing({ cancelled = never, ...run }: Run): Promise<Done> {
  const options = compressionOptions.parse({ segmentLength: 9, budget: 14 });
  const request = { model, device: 'cpu' as const, sessions, text, options, onProgress: ignore, cancelled, ...run };
  const { file, summary } = await compress(request);
  return { file, ...summary };
}

async function searching({ cancelled = never, ...run }: Run): Promise<Done> {
  const options = solutionOptions.parse({ seeds: 3, budget: 14 });
  const texts = [
    { title: 'a', text: 'The lamp' },
    { title: 'b', text },
  ];
  const { set, summary } = await findSolutions({
    ...{ model, sessions, texts, options, onProgress: ignore, cancelled },
    ...run,
  });
  return { file: writeSolutions(set), ...summary };
}

let solutions: SolutionSet;
async function connecting({ cancelled = never, ...run }: Run): Promise<Done> {
  const options = connectOptions.parse({ minimumAccuracy: 0, steps: 30 });
  const { set, report } = await connect({
    ...{ model, sessions, set: solutions, options, onProgress: ignore, cancelled },
    ...run,
  });
  return { file: writeSolutions(set), cancelled: report.cancelled, evaluations: 0 };
}

describe.each([
  ['a compression', compressing],
  ['a search for solutions', searching],
  ['a set of curves', connecting],
])('%s', (_, work) => {
  let undisturbed: Done;
  let evaluations: number;
  beforeAll(async () => {
    const options = solutionOptions.parse({ seeds: 3, budget: 14 });
    const request = { model, sessions, texts: [{ title: 'a', text }], options, onProgress: ignore, cancelled: never };
    solutions = (await findSolutions(request)).set;
    const gate = new Gate(new Evaluator(model, sessions), 0);
    undisturbed = await work({ oracle: gate });
    evaluations = gate.asked.length;
    expect(undisturbed.cancelled).toBe(false);
    expect(evaluations).toBeGreaterThan(12);
  });

  /** Evaluations at which it is interrupted: the first, the last, and some between. */
  const points = (): number[] => [1, 2, 7, Math.floor(evaluations / 2), evaluations];

  test('that crashes goes on to the identical file', async () => {
    for (const crash of points()) {
      const checkpoint = join(temporaryFolder(), 'work.checkpoint');
      const gate = new Gate(new Evaluator(model, sessions), crash);
      const crashing = work({ oracle: gate, checkpoint });
      await gate.reached;
      gate.fail(new Error('killed'));
      await expect(crashing).rejects.toThrow('killed');
      expect(existsSync(checkpoint)).toBe(crash > 1);
      const again = new Gate(new Evaluator(model, sessions), 0);
      const { file, evaluations: counted } = await work({ oracle: again, checkpoint });
      expect(Buffer.compare(file, undisturbed.file)).toBe(0);
      expect(counted).toBe(undisturbed.evaluations);
      if (crash > 1) expect(again.asked.length).toBeLessThan(evaluations);
    }
  });

  test('that is cancelled goes on to the identical file', async () => {
    for (const stop of points().slice(0, -1)) {
      const checkpoint = join(temporaryFolder(), 'work.checkpoint');
      const gate = new Gate(new Evaluator(model, sessions), stop);
      let cancelled = false;
      const ending = work({ oracle: gate, checkpoint, cancelled: () => cancelled });
      await gate.reached;
      cancelled = true;
      gate.letGo();
      expect((await ending).cancelled).toBe(true);
      const {
        file,
        evaluations: counted,
        ...finished
      } = await work({
        oracle: new Evaluator(model, sessions),
        checkpoint,
      });
      expect(finished.cancelled).toBe(false);
      expect(Buffer.compare(file, undisturbed.file)).toBe(0);
      expect(counted).toBe(undisturbed.evaluations);
    }
  });

  test('that cannot be kept is done all the same, and says so once', async () => {
    const notices: string[] = [];
    const { file } = await work({
      oracle: new Evaluator(model, sessions),
      checkpoint: join(temporaryFolder(), 'no', 'such', 'folder'),
      onNotice: sentence => notices.push(sentence),
    });
    expect(Buffer.compare(file, undisturbed.file)).toBe(0);
    expect(notices).toEqual([expect.stringMatching(/^The work goes on without a checkpoint/)]);
  });
});

test.each([1, 12, 30])(
  'a compression that is cancelled at evaluation %d tells the number that its file has',
  async stop => {
    const gate = new Gate(new Evaluator(model, sessions), stop);
    let cancelled = false;
    const records: CompressionProgress[] = [];
    const options = compressionOptions.parse({ segmentLength: 5, budget: 14 });
    const onProgress = (record: CompressionProgress): unknown => records.push(record);
    const request = {
      model,
      device: 'cpu' as const,
      sessions,
      text: text.repeat(20),
      options,
      oracle: gate,
      onProgress,
    };
    const ending = compress({ ...request, cancelled: () => cancelled });
    await gate.reached;
    cancelled = true;
    gate.letGo();
    const { summary, file, scores } = await ending;
    const last = records.at(-1);
    expect(summary.cancelled).toBe(true);
    expect(last?.correct).toBe(Math.round(summary.accuracy * summary.tokens));
    expect(last?.correct).toBe(scores.filter(score => score && score.predicted === score.target).length);
    expect([...(last?.predicted ?? [])].filter((id, i) => id === scores[i]?.target)).toHaveLength(last?.correct ?? -1);
    const { training, corrections } = readProto(file, 'x');
    expect(training.accuracy).toBe(summary.accuracy);
    expect(corrections.length).toBeGreaterThanOrEqual(summary.tokens - (last?.correct ?? 0));
  },
);

test('a compression that is cancelled at its first evaluation decodes to the text all the same', async () => {
  const gate = new Gate(new Evaluator(model, sessions), 1);
  let cancelled = false;
  const ending = compressing({ oracle: gate, cancelled: () => cancelled });
  await gate.reached;
  cancelled = true;
  gate.letGo();
  const { file } = await ending;
  expect(gate.asked).toHaveLength(1);
  expect((await decodeProto(model, sessions, readProto(file, 'x'))).text).toBe(text);
});
