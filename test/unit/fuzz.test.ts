import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CampaignRequest, runCampaign } from '../fuzz/campaign.ts';
import { kinds } from '../fuzz/kinds.ts';
import { usualLimits } from '../fuzz/protocol.ts';
import { inRepository, temporaryFolder } from '../support/paths.ts';

const campaign = (request: Pick<CampaignRequest, 'count'> & Partial<CampaignRequest>) =>
  runCampaign({
    modulePath: inRepository('dist/fuzz.mjs'),
    fixtures: inRepository('test/fixtures/models'),
    kept: temporaryFolder(),
    seed: 7,
    from: 0,
    ...request,
  });

test('changed files of every kind end in a sentence or a result, soon and in little memory', async () => {
  // The seconds are those of a machine that may be busy: a hang is what has no end.
  const limits = { ...usualLimits, milliseconds: 60_000 };
  const { outcomes, problems } = await campaign({ count: kinds.length, limits });
  expect(problems).toEqual([]);
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(kinds.map(({ name }) => name)));
  expect(outcomes.some(({ refused }) => refused)).toBe(true);
  expect(outcomes.some(({ refused }) => !refused)).toBe(true);
});

test('what nobody has changed is refused nowhere', async () => {
  const limits = { ...usualLimits, milliseconds: 60_000, patienceMilliseconds: 60_000 };
  const { outcomes, problems } = await campaign({ count: kinds.length, limits, intact: true });
  expect(problems).toEqual([]);
  // A text of several segments is no solution, which is one of the things that are tried.
  expect(outcomes.filter(({ refused }) => refused).map(({ kind }) => kind)).toEqual(['proto']);
});

test('what ends in a stack, hangs, takes memory or ends its process is found and kept, and what comes after it is tried', async () => {
  const kept = temporaryFolder();
  const limits = { patienceMilliseconds: 10, milliseconds: 500, graceMilliseconds: 0, bytes: 40e6 };
  const faults: readonly (readonly [kind: string, problem: string | RegExp | undefined])[] = [
    ['nothing', undefined],
    ['stack', 'TypeError: x is not a function'],
    ['two-lines', 'not one sentence'],
    ['hang', 'it hangs'],
    ['wait', 'it hangs'],
    ['memory', /it took \d+ MB for an input of \d+ bytes/],
    ['crash', 'the process ended'],
    ['sentence', undefined],
  ];
  const planted = faults.map(([name]) => `planted-${name}`);
  const { outcomes, problems } = await campaign({ count: faults.length, kinds: planted, limits, kept });
  expect(outcomes.map(({ kind }) => kind)).toEqual(planted);
  for (const [index, [, problem]] of faults.entries()) {
    if (problem === undefined) expect(outcomes[index]?.problem).toBeUndefined();
    else expect(outcomes[index]?.problem).toMatch(problem);
  }
  expect(outcomes.filter(({ refused }) => refused).map(({ kind }) => kind)).toEqual(['planted-sentence']);
  expect(problems).toHaveLength(6);
  for (const { kept: folder, problem = '' } of problems) {
    expect(readFileSync(join(folder, 'problem.txt'), 'utf8')).toContain(problem);
    expect(existsSync(join(folder, 'input', 'config.json'))).toBe(true);
  }
});
