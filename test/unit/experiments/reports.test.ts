import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/runtime/errors.ts';
import { capacity } from '../../../src/runtime/experiments/capacity.ts';
import { type Cell, type CellOutcome, cellSchema } from '../../../src/runtime/experiments/cell.ts';
import type { Lookup } from '../../../src/runtime/experiments/experiment.ts';
import { experiments } from '../../../src/runtime/experiments/index.ts';
import { information } from '../../../src/runtime/experiments/information.ts';
import { sharing } from '../../../src/runtime/experiments/sharing.ts';
import { throughput } from '../../../src/runtime/experiments/throughput.ts';
import { equalTexts, textsOfLengths } from '../../support/text-lengths.ts';

/** Every cell over, as `correct` and `nats` say of one text of it. */
function all(correct: (text: number, cell: Cell) => number, nats = (_text: number, cell: Cell) => cell.length): Lookup {
  return (cell): CellOutcome => ({
    ...cell,
    correct: cell.texts.map(text => correct(text, cell)),
    evaluations: 1,
    seconds: 0,
    information: cell.texts.map(text => nats(text, cell)),
    problem: null,
  });
}

describe('capacity', () => {
  const chosen = capacity.choose('quick', { lengths: [4, 8, 100, 200], texts: 3, shared: ['none', 'm'] });
  const texts = textsOfLengths(500, 500, 150);
  /** Text 0 holds 99 of 100, text 1 nothing beyond 4, text 2 all that it has. */
  const found = all((text, { length }) =>
    text === 1 && length > 4 ? 0 : text === 0 && length === 100 ? 99 : length > 100 ? 0 : length,
  );

  test('is the longest prefix with 99 % right, and its information', async () => {
    const {
      tables: [table],
    } = await chosen.report(texts, found);
    expect(table?.rows[0]?.slice(0, 4)).toEqual(['no', '3', '100', '68.0±45.3 [0.0, 205.6]']);
    // One nat for each token in this test, so 1.44 bits.
    expect(table?.rows[0]?.slice(4)).toEqual(['68.0±45.3 [0.0, 205.6]', '1.44±0.00 [1.44, 1.44]']);
  });

  test('leaves longer prefixes of a text out after two failures', () => {
    const stages = chosen.stages(texts);
    const planned = stages.slice(0, 4).map(stage => stage(found).map(({ texts: [text], length }) => [text, length]));
    expect(planned).toEqual([
      [
        [0, 4],
        [1, 4],
        [2, 4],
      ],
      [
        [0, 8],
        [1, 8],
        [2, 8],
      ],
      [
        [0, 100],
        [1, 100],
        [2, 100],
      ],
      // Text 1 has failed at 8 and at 100, text 2 has no 200 tokens.
      [[0, 200]],
    ]);
  });

  test('trains texts that share m as one', () => {
    const [shared] = chosen.stages(texts).slice(4);
    expect(shared?.(found)).toMatchObject([{ texts: [0, 1, 2], length: 4, shared: 'm' }]);
  });
});

test('sharing tells the best seed of each text from all seeds', async () => {
  const chosen = sharing.choose('quick', { length: 4, texts: 4, groups: [2], seeds: 2, shared: ['m'] });
  const found = all((text, { seed }) => (text === 0 || (text + seed) % 2 === 0 ? 4 : 2));
  const {
    tables: [table],
  } = await chosen.report(equalTexts(4, 9), found);
  expect(table?.rows).toEqual([
    ['m', 'max', '1.00±0.00'],
    ['', "95 % interval (Student's t)", '[1.00, 1.00]'],
    // The interval is that of the texts' means, 1, 0.75, 0.75 and 0.75: the seeds of a text are no independent values.
    ['m', 'avg', '0.81±0.24'],
    ['', "95 % interval (Student's t)", '[0.61, 1.00]'],
  ]);
});

describe('throughput', () => {
  const chosen = throughput.choose('quick', { lengths: [8, 2, 4], texts: 2 });
  const texts = equalTexts(2, 9);
  /** A pass takes a second; token by token it is one for each token, and text 1 comes out wrong at 8. */
  const found: Lookup = cell => {
    const {
      memory,
      length,
      texts: [text],
    } = cell;
    const correct = memory && text === 1 && length === 8 ? [5] : [length];
    const detail = { kind: 'decoding', seconds: memory ? length : 1, correct } as const;
    return { ...cell, correct, evaluations: 1, seconds: 9, information: [1], detail, problem: null };
  };

  test('is tokens by seconds of decoding, in both ways', async () => {
    const {
      tables: [byLength, atLongest],
    } = await chosen.report(texts, found);
    expect(byLength?.rows).toEqual([
      ['2', '2±0 [2, 2]', '2 of 2', '1±0 [1, 1]', '2 of 2', '2.0±0.0 [2.0, 2.0]'],
      ['4', '4±0 [4, 4]', '2 of 2', '1±0 [1, 1]', '2 of 2', '4.0±0.0 [4.0, 4.0]'],
      ['8', '8±0 [8, 8]', '2 of 2', '1±0 [1, 1]', '1 of 2', '8.0±0.0 [8.0, 8.0]'],
    ]);
    expect(atLongest?.rows).toEqual([
      ['one step', '2', '8.0±0.0 [8.0, 8.0]', '8±0 [8, 8]', '8.0±0.0 [8.0, 8.0]'],
      ['token by token, 1 [mem] vector', '2', '6.0±2.0 [0.0, 31.4]', '1±0 [1, 1]', ''],
    ]);
  });

  test('decodes a text in both ways before a longer one, and has no rate of what was not decoded', async () => {
    const planned = chosen.stages(texts).map(stage => stage(() => undefined)[0]);
    expect(planned.map(cell => [cell?.length, cell?.memory])).toEqual([
      [2, 0],
      [2, 1],
      [4, 0],
      [4, 1],
      [8, 0],
      [8, 1],
    ]);
    const {
      tables: [byLength],
    } = await chosen.report(texts, () => undefined);
    expect(byLength?.rows[0]).toEqual(['2', '-', '0 of 0', '-', '0 of 0', '-']);
  });
});

test.each(experiments.map(experiment => [experiment.name, experiment] as const))(
  '%s plans valid cells with both presets, and refuses a setting that it does not have',
  (_, experiment) => {
    const texts = equalTexts(300, 1500);
    for (const preset of ['quick', 'paper'] as const) {
      const cells = experiment
        .choose(preset, {})
        .stages(texts)
        .flatMap(stage => [...stage(() => undefined)]);
      expect(cells.flatMap(({ texts: indices }) => indices).length).toBeGreaterThan(3);
      for (const cell of cells) cellSchema.parse(cell);
    }
    expect(() => experiment.choose('quick', { lenghts: [4] })).toThrow(UserError);
    expect(() => experiment.choose('quick', { texts: 'many' })).toThrow(UserError);
  },
);

describe('figures', () => {
  test('are data: means with intervals, and nothing of what is not there yet', async () => {
    const chosen = sharing.choose('quick', { length: 4, texts: 4, groups: [1, 2], seeds: 2, shared: ['m'] });
    const texts = equalTexts(4, 9);
    const half = all((text, { seed }) => (text === 0 || (text + seed) % 2 === 0 ? 4 : 2));
    const {
      figures: [figure],
    } = await chosen.report(texts, cell => (cell.texts.length === 2 ? half(cell) : undefined));
    expect(figure?.panels).toHaveLength(1);
    const [best, every] = figure?.panels[0]?.series ?? [];
    expect(best).toEqual({ name: 'm shared, best seed', kind: 'line', points: [{ x: 2, y: 1, low: 1, high: 1 }] });
    // Means of 1, 0.75, 0.75 and 0.75: t is 3.18 with three degrees of freedom, the standard error 0.0625.
    expect(every?.points).toEqual([{ x: 2, y: 0.8125, low: expect.closeTo(0.614, 3), high: 1 }]);
    expect((await chosen.report(texts, () => undefined)).figures).toEqual([]);
  });

  test('of information compare one step with autoregressive generation, text by text', async () => {
    const chosen = information.choose('quick', { lengths: [4, 8], texts: 2, memory: [1] });
    const found = all((_, { memory, length }) => (memory || length === 4 ? length : 0));
    const {
      figures: [figure],
    } = await chosen.report(equalTexts(2, 9), found);
    const [points, asMuch] = figure?.panels[0]?.series ?? [];
    expect(points?.points).toEqual([
      { x: 8, y: 4 },
      { x: 8, y: 4 },
    ]);
    expect(asMuch).toMatchObject({
      kind: 'guide',
      points: [
        { x: 8, y: 8 },
        { x: 8, y: 8 },
      ],
    });
  });

  test.each(experiments.map(experiment => [experiment.name, experiment] as const))(
    '%s draws nothing that is no number, and intervals around their points',
    async (_, experiment) => {
      const texts = equalTexts(20, 1500);
      const found = all((_text, { length }) => length);
      const { figures } = await experiment.choose('quick', {}).report(texts, found);
      for (const { panels } of figures)
        for (const { series } of panels)
          for (const { points } of series)
            for (const { x, y, low = y, high = y } of points)
              expect([x, low <= y && y <= high].every(Boolean), `${x} ${low} ${y} ${high}`).toBe(true);
    },
  );
});
