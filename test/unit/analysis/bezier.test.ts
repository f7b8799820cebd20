import { describe, expect, test } from 'vitest';
import {
  arcLength,
  chordLength,
  controlWeight,
  lengthRatio,
  lengthWeightedMean,
  midpoint,
  pointAt,
  speed,
} from '../../../src/runtime/analysis/connectivity/bezier.ts';
import { controlEvaluation } from '../../../src/runtime/analysis/connectivity/curve-training.ts';
import { candidateAt } from '../../../src/runtime/analysis/connectivity/path.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { fixtureModel } from '../../support/paths.ts';
import { candidateOf, referenceOf, relativeError } from '../../support/reference.ts';

/** y = x² from (-1,1) to (1,1), as a Bezier curve. */
const parabola = { start: Float32Array.of(-1, 1), control: Float32Array.of(0, -1), end: Float32Array.of(1, 1) };

describe('a quadratic Bezier curve', () => {
  test('begins and ends at the solutions, to the bit', () => {
    const [start, end] = [normalNumbers(64, [1]), normalNumbers(64, [2])];
    start[3] = -0;
    end[5] = 1e-45;
    const curve = { start, control: normalNumbers(64, [3]), end };
    expect(Buffer.from(pointAt(curve, 0).buffer).equals(Buffer.from(start.buffer))).toBe(true);
    expect(Buffer.from(pointAt(curve, 1).buffer).equals(Buffer.from(end.buffer))).toBe(true);
  });

  test('passes through known points', () => {
    for (const t of [0.1, 0.25, 0.5, 0.9]) {
      const [x = 0, y = 0] = pointAt(parabola, t);
      expect(x).toBeCloseTo(2 * t - 1, 6);
      expect(y).toBeCloseTo(x * x, 6);
      expect(speed(parabola)(t)).toBeCloseTo(2 * Math.hypot(1, 2 * x), 6);
    }
  });

  test('is the straight line when its control point is the middle', () => {
    const [start, end] = [normalNumbers(32, [1]), normalNumbers(32, [2])];
    const line = { start, control: midpoint(start, end), end };
    const quarter = pointAt(line, 0.25);
    for (const [i, x] of quarter.entries()) expect(x).toBeCloseTo(0.75 * (start[i] ?? 0) + 0.25 * (end[i] ?? 0), 6);
    expect(lengthRatio(line)).toBeCloseTo(1, 6);
    expect(lengthWeightedMean(line, [0, 1, 0.5])).toBeCloseTo(0.625, 6);
  });

  test('is as long as its closed form says', () => {
    expect(arcLength(parabola)).toBeCloseTo(Math.sqrt(5) + Math.asinh(2) / 2, 8);
    expect(chordLength(parabola)).toBe(2);
    expect(lengthRatio(parabola)).toBeCloseTo((Math.sqrt(5) + Math.asinh(2) / 2) / 2, 8);
    // There and back again: the curve turns half way out to the control point.
    const back = { start: Float32Array.of(0), control: Float32Array.of(3), end: Float32Array.of(0) };
    expect(arcLength(back)).toBeCloseTo(3, 4);
    expect(lengthRatio(back)).toBe(1);
    const still = { start: Float32Array.of(2), control: Float32Array.of(2), end: Float32Array.of(2) };
    expect(lengthRatio(still)).toBe(1);
    expect(lengthWeightedMean(still, [1, 0, 0])).toBeCloseTo(0.25, 6);
  });

  test('weighs values by the length that they stand for', () => {
    // Speeds of the parabola at t = 0, 1/2, 1 are 2√5, 2, 2√5; the ends count half.
    const [ends, middle] = [Math.sqrt(5), 2];
    expect(lengthWeightedMean(parabola, [1, 0, 0])).toBeCloseTo(ends / (2 * ends + middle), 6);
    expect(lengthWeightedMean(parabola, [0, 1, 0])).toBeCloseTo(middle / (2 * ends + middle), 6);
  });
});

describe('the gradient by the control point', () => {
  test('agrees with central differences of the mean objective', async () => {
    const model = await openModel(fixtureModel('neox-parallel-f32'));
    const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
    const evaluator = new Evaluator(model, sessions);
    const width = 2 * model.config.hiddenSize;
    const { tokens, layout } = candidateOf(referenceOf('neox-parallel-f32').cases[0] ?? never());
    const [start, end, control] = [1, 2, 3].map(seed => normalNumbers(width, [seed])) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const ts = [0.05, 0.3, 0.5, 0.8];
    const at = async (moved: Float32Array) =>
      controlEvaluation(
        ts,
        await evaluator.evaluate(
          ts.map(t => candidateAt(pointAt({ start, control: moved, end }, t), { tokens, layout })),
        ),
      );
    const { gradient } = await at(control);
    const scale = Math.max(...gradient.map(Math.abs));
    const step = 1 / 32;
    for (let i = 0; i < width; i += 5) {
      const moved = async (by: number) => (await at(control.with(i, (control[i] ?? 0) + by))).objective;
      const near = (await moved(step)) - (await moved(-step));
      const far = (await moved(2 * step)) - (await moved(-2 * step));
      expect(Math.abs((8 * near - far) / (12 * step) - (gradient[i] ?? 0)) / scale).toBeLessThan(5e-3);
    }
    await sessions.dispose();
  });

  test.each(fixtureNames)('%s: is 2t(1-t) times the one that PyTorch computed at a point of the curve', async name => {
    const model = await openModel(fixtureModel(name));
    const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
    for (const reference of referenceOf(name).cases.filter(({ gradient_m }) => gradient_m.some(x => x !== 0))) {
      const t = 0.3;
      const point = Float32Array.from([...reference.e, ...reference.m]);
      const [start, end] = [normalNumbers(point.length, [1]), normalNumbers(point.length, [2])];
      // The curve that passes through the reference's point at t.
      const control = point.map(
        (x, i) => (x - (1 - t) ** 2 * (start[i] ?? 0) - t * t * (end[i] ?? 0)) / controlWeight(t),
      );
      const candidate = candidateAt(pointAt({ start, control, end }, t), candidateOf(reference));
      const evaluation = await new Evaluator(model, sessions).evaluate([
        { ...candidate, sharpness: reference.sharpness },
      ]);
      const { objective, gradient } = controlEvaluation([t], evaluation);
      expect(relativeError([objective], [reference.objective])).toBeLessThan(1e-4);
      const expected = [...reference.gradient_e, ...reference.gradient_m].map(x => x * 0.42);
      expect(relativeError(gradient, expected)).toBeLessThan(5e-4);
    }
    await sessions.dispose();
  });
});

function never(): never {
  throw new Error('the fixture has no cases');
}
