import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pointAt } from '../../../src/runtime/analysis/connectivity/bezier.ts';
import { connect } from '../../../src/runtime/analysis/connectivity/connect.ts';
import { type ConnectChoices, connectOptions } from '../../../src/runtime/analysis/connectivity/options.ts';
import { coordinates, lossSurface, planeThrough } from '../../../src/runtime/analysis/connectivity/surface.ts';
import { findSolutions } from '../../../src/runtime/analysis/solutions/find-solutions.ts';
import { solutionOptions } from '../../../src/runtime/analysis/solutions/options.ts';
import { readSolutions, type SolutionSet, writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { ConnectProgress } from '../../../src/runtime/results/connectivity.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { Gate } from '../../support/gate.ts';
import { demoModel } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
const texts = [
  { title: 'sea', text: 'The sea was calm.' },
  { title: 'lamp', text: 'The lamp burned' },
];
let model: Model;
/** Three solutions of the first text, two of the second. */
let set: SolutionSet;
let connected: Awaited<ReturnType<typeof connecting>>;

async function connecting(from: SolutionSet, choices: ConnectChoices, stopAfter = Infinity) {
  const seen: ConnectProgress[] = [];
  const found = await connect({
    model,
    sessions,
    set: from,
    options: connectOptions.parse(choices),
    cancelled: () => seen.length >= stopAfter,
    onProgress: record => seen.push(record),
  });
  return { ...found, seen };
}

beforeAll(async () => {
  model = await openModel(demoModel);
  const options = solutionOptions.parse({ seeds: 3 });
  const found = await findSolutions({
    model,
    sessions,
    texts,
    options,
    cancelled: () => false,
    onProgress: () => undefined,
  });
  set = { ...found.set, solutions: found.set.solutions.slice(0, 5) };
  connected = await connecting(set, { steps: 50 });
});
afterAll(() => sessions.dispose());

describe('curves between solutions of one text', () => {
  test('are trained for all pairs, and end with the solutions', () => {
    const { report } = connected;
    expect(report.connections.map(({ first, second, text }) => [first, second, text])).toEqual([
      [0, 1, 0],
      [0, 2, 0],
      [1, 2, 0],
      [3, 4, 1],
    ]);
    expect(report.grid).toHaveLength(21);
    for (const { first, text, straight, curve } of report.connections) {
      const target = model.tokenizer.encode(texts[text]?.text ?? '');
      expect(set.solutions[first]?.correct).toBe(target.length);
      for (const path of [straight, curve]) {
        expect([...(path.predicted[0] ?? [])]).toEqual(target);
        expect([...(path.predicted.at(-1) ?? [])]).toEqual(target);
        expect(path.lowestAccuracy).toBe(Math.min(...path.accuracy));
      }
      expect(curve.nll[0]).toBe(straight.nll[0]);
    }
  });

  test('keep the text where the straight line loses it, and are not much longer', () => {
    const { connections } = connected.report;
    const better = connections.filter(({ straight, curve }) => curve.lowestAccuracy > straight.lowestAccuracy);
    expect(better.length).toBeGreaterThan(connections.length / 2);
    for (const { straight, curve, lengthRatio } of connections) {
      expect(curve.lowestAccuracy).toBeGreaterThanOrEqual(straight.lowestAccuracy);
      expect(lengthRatio).toBeGreaterThanOrEqual(1);
      expect(lengthRatio).toBeLessThan(2);
    }
  });

  test('are found again in the file, without any training', async () => {
    const reopened = readSolutions(writeSolutions(connected.set), 'x');
    expect(reopened).toEqual(connected.set);
    const again = await connecting(reopened, { pairs: 'stored' });
    expect(again.seen).toEqual([]);
    expect(again.report.connections).toHaveLength(4);
    for (const [i, { straight, curve, ...rest }] of again.report.connections.entries()) {
      const { straight: line, curve: bent, ...expected } = connected.report.connections[i] ?? never();
      expect(rest).toEqual(expected);
      // Another batch rounds its sums in another order.
      for (const [found, earlier] of [
        [straight, line],
        [curve, bent],
      ] as const) {
        expect(found.predicted).toEqual(earlier.predicted);
        expect(found.accuracy).toEqual(earlier.accuracy);
        for (const [g, nll] of found.nll.entries()) expect(nll).toBeCloseTo(earlier.nll[g] ?? Number.NaN, 4);
      }
    }
    expect(again.set).toEqual(connected.set);
  });

  test('are trained anew when asked, and take the place of the old ones', async () => {
    const again = await connecting(connected.set, { pairs: [[1, 0]], steps: 5, retrain: true });
    expect(again.set.curves).toHaveLength(4);
    expect(again.report.connections).toHaveLength(1);
    expect(again.report.connections[0]?.steps).toBe(5);
    expect(again.set.curves.at(-1)).toMatchObject({ first: 1, second: 0 });
  });

  test('keep what is earned when cancelled', async () => {
    const short = await connecting(set, {}, 2);
    expect(short.report).toMatchObject({ cancelled: true, connections: [] });
    // A curve that ends where nothing of the text comes out is never finished, however long it is trained.
    const [good, other] = set.solutions;
    if (!good || !other) throw new Error('there are no two solutions');
    const noise = (seed: number) => normalNumbers(other.e.length, [seed]);
    const endless = { ...set, solutions: [good, { ...other, e: noise(1), m: noise(2) }] };
    const longer = await connecting(endless, { pairs: [[0, 1]] }, 27);
    expect(longer.report.cancelled).toBe(true);
    expect(longer.report.connections).toHaveLength(1);
    expect(longer.set.curves).toHaveLength(1);
    expect(longer.seen.at(-1)?.curves[0]).toMatchObject({ first: 0, second: 1, state: 'training' });
  });

  test('are looked at until that is cancelled', async () => {
    const gate = new Gate(new Evaluator(model, sessions), 2);
    let cancelled = false;
    const ending = connect({
      model,
      sessions,
      set: connected.set,
      options: connectOptions.parse({ pairs: 'stored' }),
      oracle: gate,
      cancelled: () => cancelled,
      onProgress: () => undefined,
    });
    await gate.reached;
    cancelled = true;
    gate.letGo();
    const { set: kept, report } = await ending;
    expect(report).toMatchObject({ cancelled: true });
    expect(report.connections).toHaveLength(2);
    expect(kept).toEqual(connected.set);
  });

  test('need two solutions of one text', async () => {
    expect(await userErrorOf(() => connecting(set, { pairs: [[0, 3]] }))).toMatch(/0 and 3 are not two of one text/);
    expect(await userErrorOf(() => connecting(set, { pairs: [[0, 0]] }))).toMatch(/not two of one text/);
    expect(await userErrorOf(() => connecting(set, { pairs: [[0, 9]] }))).toMatch(/no solution 9; the file has 5/);
    const one = { ...set, solutions: set.solutions.slice(0, 1) };
    expect(await userErrorOf(() => connecting(one, {}))).toMatch(/No text has two solutions/);
  });
});

describe('the loss surface', () => {
  test('holds both paths, and their loss', async () => {
    const shares: number[] = [];
    const told = (share: number): unknown => shares.push(share);
    const surface = await lossSurface(model, sessions, connected.set, { first: 0, second: 1 }, 9, () => false, told);
    expect(shares).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(row => row / 9));
    expect(surface.first).toEqual([0, 0]);
    expect(surface.second[0]).toBeGreaterThan(1);
    expect(surface.second[1]).toBeCloseTo(0, 3);
    const [x, y] = [surface.x, surface.y];
    for (const [a, b] of [surface.first, surface.second, surface.control, ...surface.curve]) {
      expect(a).toBeGreaterThan(x[0] ?? Number.NaN);
      expect(a).toBeLessThan(x.at(-1) ?? Number.NaN);
      expect(b).toBeGreaterThan(y[0] ?? Number.NaN);
      expect(b).toBeLessThan(y.at(-1) ?? Number.NaN);
    }
    expect(surface.nll).toHaveLength(81);
    expect(surface.nll.every(value => value > 0)).toBe(true);
    expect(surface.accuracy.every(share => share >= 0 && share <= 1)).toBe(true);
    expect(await userErrorOf(() => lossSurface(model, sessions, set, { first: 0, second: 1 }, 5, () => true))).toMatch(
      /cancelled/,
    );
  });

  test('is measured in the distances between the points', () => {
    const [start, control, end] = [1, 2, 3].map(seed => normalNumbers(64, [seed])) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const plane = planeThrough({ start, control, end });
    const between = (a: readonly [number, number], b: readonly [number, number]) =>
      Math.hypot(a[0] - b[0], a[1] - b[1]);
    const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((v, i) => v - (b[i] ?? 0)));
    const [a, c, b] = [start, control, end].map(point => coordinates(plane, point)) as [
      readonly [number, number],
      readonly [number, number],
      readonly [number, number],
    ];
    expect(between(a, c)).toBeCloseTo(distance(start, control), 4);
    expect(between(b, c)).toBeCloseTo(distance(end, control), 4);
    const middle = pointAt({ start, control, end }, 0.5);
    expect(between(a, coordinates(plane, middle))).toBeCloseTo(distance(start, middle), 4);
  });

  test('of a straight line is of one of the planes through it', () => {
    const [start, end] = [normalNumbers(8, [1]), normalNumbers(8, [2])];
    const plane = planeThrough({ start, control: start.map((x, i) => (x + (end[i] ?? 0)) / 2), end });
    expect(Math.hypot(...plane.across)).toBeCloseTo(1, 6);
    expect(plane.across.reduce((sum, x, i) => sum + x * (plane.along[i] ?? 0), 0)).toBeCloseTo(0, 6);
  });
});

function never(): never {
  throw new Error('there is no such connection');
}
