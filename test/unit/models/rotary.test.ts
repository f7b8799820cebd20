import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { allFused, noneFused } from '../../../src/runtime/graph/operators.ts';
import {
  rotaryFrequencies,
  rotaryTables,
  stretchedFrequencies,
} from '../../../src/runtime/models/architectures/rotary.ts';
import { load } from '../../support/run-graph.ts';

test('frequencies fall from 1 by equal factors towards the base', () => {
  const frequencies = rotaryFrequencies(10000, 8);
  expect(frequencies[0]).toBe(1);
  expect(frequencies[1]).toBeCloseTo(0.1, 12);
  expect(frequencies[3]).toBeCloseTo(0.001, 12);
  expect(frequencies).toHaveLength(4);
});

describe("Llama 3's stretching", () => {
  /** As Meta states it, by wavelengths. */
  function byWavelength(frequency: number, factor: number, low: number, high: number, positions: number): number {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength < positions / high) return frequency;
    if (wavelength > positions / low) return frequency / factor;
    const smooth = (positions / wavelength - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  }

  test.each([
    [8, 1, 4, 8192],
    [32, 1, 4, 8192],
    [2, 1, 2, 16],
  ])('factor %d, from %d to %d turns in %d positions', (factor, low, high, positions) => {
    const frequencies = rotaryFrequencies(500000, 128);
    const scaling = { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions: positions };
    const stretched = stretchedFrequencies(frequencies, scaling);
    for (const [i, frequency] of frequencies.entries())
      expect(stretched[i]).toBeCloseTo(byWavelength(frequency, factor, low, high, positions), 12);
    // All three ranges occur.
    expect(stretched[0]).toBe(frequencies[0]);
    expect(stretched[63]).toBeCloseTo((frequencies[63] ?? 0) / factor, 14);
  });

  test('is nothing where none is asked for', () => {
    expect(stretchedFrequencies([1, 0.5], null)).toEqual([1, 0.5]);
  });
});

test.each([
  { first: 0, fused: allFused },
  { first: 7, fused: allFused },
  { first: 7, fused: noneFused },
])(
  'from position $first on a head turns as complex numbers do, pairs half the turning dimensions apart, the rest not at all, by $fused',
  async ({ first, fused }) => {
    const [positions, headSize] = [5, 10];
    const frequencies = rotaryFrequencies(100, 6);
    const graph = new GraphBuilder(fused);
    const heads = 6;
    const x = graph.input('x', 'float32', [2, heads / 2, positions, headSize]);
    const { cosine, sine } = rotaryTables({ headSize, frequencies }, positions, first);
    const tables = [cosine, sine].map(table => graph.constant(table, [positions, frequencies.length]));
    graph.output('turned', graph.apply('Rotate', [x, ...tables], {}));
    const values = Float32Array.from({ length: heads * positions * headSize }, (_, i) => Math.sin(i * i));
    const turned = (await (await load(graph))({ x: values })).get('turned');
    const at = (row: number, column: number): number => values[row * headSize + column] ?? Number.NaN;
    for (let row = 0; row < heads * positions; row++)
      for (let column = 0; column < headSize; column++) {
        const angle = (first + (row % positions)) * (frequencies[column % 3] ?? 0);
        const [real, imaginary] = [at(row, column % 3), at(row, (column % 3) + 3)];
        const expected =
          column < 3
            ? real * Math.cos(angle) - imaginary * Math.sin(angle)
            : column < 6
              ? real * Math.sin(angle) + imaginary * Math.cos(angle)
              : at(row, column);
        expect(Number(turned?.[row * headSize + column])).toBeCloseTo(expected, 5);
      }
  },
);
