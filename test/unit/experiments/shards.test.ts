import { appendFileSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capacity } from '../../../src/runtime/experiments/capacity.ts';
import { cellSchema } from '../../../src/runtime/experiments/cell.ts';
import {
  type ExperimentRequest,
  readRequest,
  recordsFile,
  writeRequest,
} from '../../../src/runtime/experiments/folder.ts';
import { experimentOf, experiments } from '../../../src/runtime/experiments/index.ts';
import { mergeFolders } from '../../../src/runtime/experiments/merge.ts';
import { reportRecords, runExperiment } from '../../../src/runtime/experiments/run.ts';
import { isInShard, parseShard } from '../../../src/runtime/experiments/shard.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import type { Oracle } from '../../../src/runtime/work/item.ts';
import { output, run } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { linesOf } from '../../support/records.ts';
import { equalTexts } from '../../support/text-lengths.ts';
import { expectOneSentence, userErrorOf } from '../../support/user-error.ts';

test('a shard is I/N', async () => {
  expect(parseShard('2/3')).toEqual({ index: 2, count: 3 });
  for (const wrong of ['0/3', '4/3', '1', '1/0', 'a/b', '1/3/5']) await userErrorOf(() => parseShard(wrong));
});

test.each(experiments.map(experiment => [experiment.name, experiment] as const))(
  'every cell of %s is in one of the shards, and no shard is left without its part',
  (_, experiment) => {
    const texts = equalTexts(300, 1500);
    const stages = experiment.choose('paper', {}).stages(texts);
    const cells = stages.flatMap(stage => stage(() => undefined).map(cell => cellSchema.parse(cell)));
    const sizes = [0, 0, 0];
    for (const cell of cells)
      for (const index of [1, 2, 3])
        if (isInShard({ index, count: 3 }, cell)) sizes[index - 1] = (sizes[index - 1] ?? 0) + 1;
    expect(sizes.reduce((a, b) => a + b)).toBe(cells.length);
    // An experiment may be a single cell.
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.floor(cells.length / 10));
  },
);

test('cells of a text stay together over all lengths, and where they are when the experiment is extended', () => {
  const texts = equalTexts(30, 1500);
  const cellsOf = (given: Readonly<Record<string, unknown>>) =>
    capacity
      .choose('quick', given)
      .stages(texts)
      .flatMap(stage => [...stage(() => undefined)]);
  const shardOf = new Map<number, boolean>();
  for (const cell of [...cellsOf({ lengths: [4, 8] }), ...cellsOf({ lengths: [8, 700], texts: 20, seed: 3 })]) {
    const [text = 0] = cell.texts;
    const is = isInShard({ index: 1, count: 4 }, cell);
    expect(shardOf.get(text) ?? is).toBe(is);
    shardOf.set(text, is);
  }
});

const texts = [
  'the sea was calm that night and',
  'He opened the door, went in.',
  'I will go home now',
  'Once, long ago',
];
const settings = { lengths: [1, 2, 3, 4, 5], texts: 4, budget: 4, shared: ['none', 'm'] };

describe('folders of one experiment', () => {
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  let model: Model;
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-tied-bf16'));
  });
  afterAll(() => sessions.dispose());

  /** Runs an experiment in a folder. @returns the folder */
  async function computed(changes: Partial<ExperimentRequest> = {}): Promise<string> {
    const folder = temporaryFolder();
    const request: ExperimentRequest = {
      ...{ experiment: 'capacity', preset: 'quick', settings, device: 'cpu', software: '0' },
      model: { folder: 'model', id: model.id, fingerprint: model.fingerprint },
      source: { name: 'texts', sha256: '0', texts: texts.length, paths: [], cut: 'whole', words: null },
      ...changes,
    };
    await writeRequest(folder, request);
    const { experiment, preset, settings: given, shard } = request;
    const { continuations } = request.source;
    await runExperiment({
      ...{ model, sessions, texts, continuations, shard, records: recordsFile(folder) },
      experiment: experimentOf(experiment).choose(preset, given),
      cancelled: () => false,
      onProgress: () => undefined,
    });
    return folder;
  }

  test('as three shards, merged, hold the lines of one run; merged again, none twice', async () => {
    const whole = await computed();
    const shards = await Promise.all([1, 2, 3].map(index => computed({ shard: { index, count: 3 } })));
    const sizes = shards.map(folder => linesOf(recordsFile(folder)).length);
    const out = join(temporaryFolder(), 'all');
    const lines = linesOf(recordsFile(whole));
    expect(await mergeFolders(shards, out)).toEqual({ cells: lines.length, repeated: 0 });
    expect(sizes.reduce((a, b) => a + b)).toBe(lines.length);
    expect(linesOf(recordsFile(out))).toEqual(lines);
    expect(await mergeFolders([...shards, whole], out)).toEqual({ cells: lines.length, repeated: 2 * lines.length });
    expect(linesOf(recordsFile(out))).toEqual(lines);
    expect(await readRequest(out)).toEqual({ ...(await readRequest(whole)), shard: undefined });
  });

  test('are refused when they are of different runs, and nothing is written then', async () => {
    const first = await computed({ settings: { ...settings, lengths: [1] } });
    const [request, out] = [await readRequest(first), join(temporaryFolder(), 'all')];
    if (!request) throw new Error('there is no request');
    const changes: readonly Partial<ExperimentRequest>[] = [
      { experiment: 'sharing', settings: {} },
      { settings: { ...request.settings, budget: 5 } },
      { model: { ...request.model, fingerprint: 'other' } },
      { source: { ...request.source, name: 'other texts', sha256: '1' } },
    ];
    for (const change of changes) {
      const other = temporaryFolder();
      await writeRequest(other, { ...request, ...change });
      writeFileSync(recordsFile(other), '');
      expect(await userErrorOf(() => mergeFolders([first, other], out))).toContain(other);
    }
    await userErrorOf(() => mergeFolders([first, temporaryFolder()], out));
    expect(existsSync(out)).toBe(false);
    // The settings that count are those that follow from preset and given ones.
    const alike = temporaryFolder();
    await writeRequest(alike, { ...request, settings: { ...request.settings, seed: 0 } });
    writeFileSync(recordsFile(alike), '');
    expect((await mergeFolders([first, alike], out)).cells).toBe(linesOf(recordsFile(first)).length);
  });

  test('on what the model has written go along with it: the merged folder is reported and continued on the same texts', async () => {
    const continuations = { contexts: 4, contextTokens: 2, count: 1, tokens: 3, seed: 0 };
    const source = {
      name: 'written',
      sha256: '0',
      texts: 4,
      paths: [],
      cut: 'whole',
      words: null,
      continuations,
    } as const;
    const few = { settings: { lengths: [1, 2], texts: 4, budget: 2 }, source };
    const shards = await Promise.all([1, 2].map(index => computed({ ...few, shard: { index, count: 2 } })));
    const out = join(temporaryFolder(), 'all');
    const { cells } = await mergeFolders(shards, out);
    const request = {
      ...{ model, texts, continuations, records: recordsFile(out) },
      experiment: experimentOf('capacity').choose('quick', few.settings),
    };
    expect(await reportRecords(request)).toMatchObject({ done: cells, cells });
    const before = linesOf(recordsFile(out));
    await runExperiment({ ...request, sessions, cancelled: () => false, onProgress: () => undefined });
    expect(linesOf(recordsFile(out))).toEqual(before);

    const [first = '', second = ''] = shards;
    const file = join(second, 'continuations.jsonl');
    const other = readFileSync(file, 'utf8').replace(/"continuations":\["/g, '"continuations":["another ');
    writeFileSync(file, other);
    const sentence = await userErrorOf(() => mergeFolders([first, second], join(temporaryFolder(), 'all')));
    expect(sentence).toContain('continuations.jsonl');
  });

  test('are left as they are, also while somebody appends to them', async () => {
    const first = await computed({ settings: { ...settings, lengths: [1] } });
    appendFileSync(recordsFile(first), '{"version":1,"ke');
    const before = readFileSync(recordsFile(first), 'utf8');
    await mergeFolders([first], join(temporaryFolder(), 'all'));
    expect(readFileSync(recordsFile(first), 'utf8')).toBe(before);
  });

  test('keep a cell that was computed rather than one that could not be', async () => {
    const first = await computed({ settings: { ...settings, lengths: [1] } });
    const failed = temporaryFolder();
    cpSync(first, failed, { recursive: true });
    const lines = readFileSync(recordsFile(first), 'utf8').trimEnd().split('\n');
    const broken = lines.map(line => JSON.stringify({ ...JSON.parse(line), problem: 'There was no memory.' }));
    writeFileSync(recordsFile(failed), `${broken.join('\n')}\n`);
    const out = join(temporaryFolder(), 'all');
    await mergeFolders([failed, first], out);
    expect(linesOf(recordsFile(out))).toEqual(linesOf(recordsFile(first)));
  });

  test('can be extended after a merge without computing a cell again', async () => {
    const shards = await Promise.all([1, 2].map(index => computed({ shard: { index, count: 2 } })));
    const out = temporaryFolder();
    await mergeFolders(shards, out);
    const asked = new Set<number>();
    const run = {
      ...{ model, sessions, texts, records: recordsFile(out), cancelled: () => false, onProgress: () => undefined },
      experiment: experimentOf('capacity').choose('quick', settings),
      oracle: new Evaluator(model, sessions),
    };
    const { oracle } = run;
    const counting: Oracle = {
      positionsAtOnce: oracle.positionsAtOnce,
      evaluate: candidates => {
        for (const { tokens } of candidates) asked.add(tokens.length);
        return oracle.evaluate(candidates);
      },
      look: targets => oracle.look(targets),
    };
    await runExperiment({ ...run, oracle: counting });
    expect([...asked]).toEqual([]);
    const longer = experimentOf('capacity').choose('quick', { ...settings, texts: 4, lengths: [1, 2, 3, 4, 5, 6] });
    await runExperiment({ ...run, experiment: longer, oracle: counting });
    expect([...asked]).toEqual([6]);
  });
});

test('a shard keeps its folder to itself, and the command line says what is wrong', async () => {
  const out = join(temporaryFolder(), 'shard');
  const few = ['--set', 'lengths=1', '--set', 'texts=1', '--set', 'budget=1'];
  const args = ['experiment', 'run', 'capacity', '--model', fixtureModel('llama-tied-bf16'), '--device', 'cpu', ...few];
  const words = (await output([...args, '--shard', '1/1', '--out', out])).toString();
  expect(words).toContain('The cells of the shard 1/1 are in');
  expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('--shard 1/1');
  // Without the option it goes on being that shard.
  expect((await output([...args, '--out', out])).toString()).toBe(words);
  expect((await output(['experiment', 'report', out])).toString()).toContain('The cells of the shard 1/1 are in');
  const merged = join(temporaryFolder(), 'all');
  expect((await output(['experiment', 'merge', out, '--out', merged])).toString()).toContain('Every cell is in');
  for (const wrong of [
    [...args, '--shard', '1/2', '--out', out],
    [...args, '--shard', '3/2', '--out', out],
    [...args, '--queue', 'redis://127.0.0.1:1', '--out', out],
    ['experiment', 'merge', out, '--out', out],
  ]) {
    const { code, stderr } = await run(wrong);
    expect(code).toBe(1);
    expectOneSentence(stderr.trim());
  }
});
