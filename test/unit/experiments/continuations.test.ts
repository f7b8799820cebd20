import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capacity } from '../../../src/runtime/experiments/capacity.ts';
import { writtenTexts } from '../../../src/runtime/experiments/continuations.ts';
import { distances } from '../../../src/runtime/experiments/distances.ts';
import { lacksTexts, planOf, reportRecords, runExperiment } from '../../../src/runtime/experiments/run.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { demoModel, temporaryFolder } from '../../support/paths.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterAll(() => sessions.dispose());

const texts = ['The sea was calm that night.', '', 'He opened the door and went in.'];
const wish = { contexts: 2, contextTokens: 3, count: 2, tokens: 4, seed: 0 };
let model: Model;
beforeAll(async () => {
  model = await openModel(demoModel);
});

test('what the model writes is kept line by line, gone on with, and the same for the same seed', async () => {
  const records = join(temporaryFolder(), 'cells.jsonl');
  const request = { model, texts, wish, records };
  expect(await writtenTexts(request)).toBeUndefined();
  let cancelled = false;
  const stopped = await writtenTexts(request, {
    sessions,
    cancelled: () => cancelled,
    onText: done => {
      cancelled = done === 1;
    },
  });
  expect(stopped).toBeUndefined();
  const file = join(records, '..', 'continuations.jsonl');
  const first = readFileSync(file, 'utf8');
  expect(first.trimEnd().split('\n')).toHaveLength(1);

  const writing = { sessions, cancelled: () => false, onText: () => undefined };
  const written = await writtenTexts(request, writing);
  expect(readFileSync(file, 'utf8').startsWith(first)).toBe(true);
  expect(written?.contexts).toEqual(['text 1', 'text 1', 'text 3', 'text 3']);
  for (const text of written?.texts ?? []) expect(model.tokenizer.encode(text)).toHaveLength(4);
  expect(new Set(written?.texts).size).toBe(4);
  expect(await writtenTexts(request)).toEqual(written);
  // Somebody else's file may hold many more than were asked for.
  const grown = readFileSync(file, 'utf8').replaceAll(/"continuations":\[.*?\]/g, list =>
    list.replace(/\]$/, ',"x","y"]'),
  );
  writeFileSync(file, grown);
  expect(grown).toContain(',"x","y"]');
  expect(await writtenTexts(request)).toEqual(written);
  const again = { ...request, records: join(temporaryFolder(), 'cells.jsonl') };
  expect(await writtenTexts(again, writing)).toEqual(written);
  const otherSeed = await writtenTexts({ ...again, wish: { ...wish, seed: 1 } }, writing);
  expect(otherSeed?.texts).not.toEqual(written?.texts);
});

test('an experiment is made on them: pairs of one context, and prefixes of what was written', async () => {
  const common = { model, sessions, texts, cancelled: () => false, onProgress: () => undefined };
  const experiment = distances.choose('quick', { contexts: 2, continuations: 2, context: 3, length: 3, seeds: 1 });
  expect(planOf(experiment, model.tokenizer, ['a', 'b', 'c']).cells).toBe(4);
  const records = join(temporaryFolder(), 'cells.jsonl');
  expect(await lacksTexts({ experiment, model, texts, records })).toBe(true);
  await runExperiment({ ...common, experiment, records });
  expect(await lacksTexts({ experiment, model, texts, records })).toBe(false);
  const { tables, done } = await reportRecords({ experiment, model, texts, records });
  expect(done).toBe(4);
  expect(tables[0]?.rows.slice(0, 2).map(([, kind, pairs]) => [kind, pairs])).toEqual([
    ['same context', '2'],
    ['different contexts', '4'],
  ]);

  const table3 = capacity.choose('quick', { lengths: [4], texts: 2, budget: 3 });
  const generated = { ...common, experiment: table3, continuations: { ...wish, count: 1 } };
  const other = join(temporaryFolder(), 'cells.jsonl');
  await runExperiment({ ...generated, records: other });
  expect((await reportRecords({ ...generated, records: other })).done).toBe(2);
});
