import { describe, expect, test } from 'vitest';
import {
  gridOver,
  kernelDensity,
  overlap,
  quantile,
  silvermanBandwidth,
} from '../../../src/runtime/analysis/distances/density.ts';
import { orderOf } from '../../../src/runtime/analysis/distances/order.ts';
import { pairDistances } from '../../../src/runtime/analysis/distances/pair-distances.ts';
import { pairGroups } from '../../../src/runtime/analysis/distances/pairs.ts';
import { binnedMeans, textPairs } from '../../../src/runtime/analysis/distances/scatter.ts';
import { tokenDistances } from '../../../src/runtime/analysis/distances/text-distances.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { userErrorOf } from '../../support/user-error.ts';

describe('distances of vectors', () => {
  test('by hand', async () => {
    const vectors = [Float32Array.of(3, 4), Float32Array.of(4, 3), Float32Array.of(-6, -8), Float32Array.of(0, 0)];
    const cosine = await pairDistances(vectors, 'cosine');
    expect([...cosine.subarray(0, 4)].map(x => Number(x.toFixed(6)))).toEqual([0, 0.04, 2, 1]);
    const euclidean = await pairDistances(vectors, 'euclidean');
    expect([...euclidean.subarray(0, 4)].map(x => Number((x * x).toFixed(4)))).toEqual([0, 2, 225, 25]);
    for (let i = 0; i < 16; i++) expect(cosine[i]).toBe(cosine[(i % 4) * 4 + Math.floor(i / 4)]);
  });

  test('are those of a plain computation, also between vectors that are almost the same', async () => {
    const vectors = Array.from({ length: 12 }, (_, i) => normalNumbers(512, [i]));
    const [first] = vectors;
    if (!first) throw new Error('no vector');
    vectors.push(
      first,
      first.map((x, i) => (i === 5 ? x + 1e-3 : x)),
    );
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
    const [cosine, euclidean] = [await pairDistances(vectors, 'cosine'), await pairDistances(vectors, 'euclidean')];
    for (const [i, a] of vectors.entries())
      for (const [j, b] of vectors.entries()) {
        const place = i * vectors.length + j;
        expect(cosine[place]).toBeCloseTo(1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), 5);
        expect(euclidean[place]).toBeCloseTo(Math.hypot(...a.map((x, k) => x - (b[k] ?? 0))), 4);
      }
    expect(euclidean[12]).toBe(0);
    expect(euclidean[13]).toBeCloseTo(1e-3, 6);
  });
});

describe('the order', () => {
  // On a line: 0, 10, 1, 11, 5. Clusters are {0, 1}, {10, 11}, and 5, which is nearer to the first two.
  const places = [0, 10, 1, 11, 5];
  const distances = Float32Array.from({ length: 25 }, (_, i) =>
    Math.abs((places[Math.floor(i / 5)] ?? 0) - (places[i % 5] ?? 0)),
  );
  test('keeps that of the files, or puts texts together', () => {
    expect(orderOf(distances, [1, 0, 1, 0, 2], 'file')).toEqual([0, 1, 2, 3, 4]);
    expect(orderOf(distances, [1, 0, 1, 0, 2], 'text')).toEqual([1, 3, 0, 2, 4]);
  });
  test('puts clusters together, the nearest first', () => {
    const order = orderOf(distances, [0, 0, 0, 0, 0], 'clusters');
    const together = (...members: number[]): boolean => {
      const found = members.map(member => order.indexOf(member));
      return Math.max(...found) - Math.min(...found) === members.length - 1;
    };
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
    expect([together(0, 2), together(1, 3), together(0, 2, 4)]).toEqual([true, true, true]);
  });
  test('refuses what would take too long', async () => {
    const many = Array.from({ length: 601 }, () => 0);
    expect(await userErrorOf(() => orderOf(new Float32Array(601 * 601), many, 'clusters'))).toMatch(/601 solutions/);
  });
});

describe('densities', () => {
  test('quantiles and bandwidth by hand', () => {
    const sorted = Float64Array.of(1, 2, 3, 4, 10);
    expect([0, 0.25, 0.5, 0.875, 1].map(share => quantile(sorted, share))).toEqual([1, 2, 3, 7, 10]);
    // σ = sqrt(50 / 4), IQR / 1.34 = 2 / 1.34 is smaller.
    expect(silvermanBandwidth(sorted, 1)).toBeCloseTo(0.9 * (2 / 1.34) * 5 ** -0.2, 12);
    expect(silvermanBandwidth(Float64Array.of(4, 4, 4), 2)).toBe(0.02);
  });

  test('are sums of Gaussians whose area is one', () => {
    const sorted = Float64Array.of(-1, 1);
    const grid = Float64Array.from({ length: 2001 }, (_, i) => -10 + i / 100);
    const { y } = kernelDensity(sorted, grid);
    const h = silvermanBandwidth(sorted, 20);
    const gauss = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    expect(y[1000]).toBeCloseTo((gauss(1 / h) + gauss(-1 / h)) / (2 * h), 10);
    expect(y.reduce((sum, value) => sum + value, 0) / 100).toBeCloseTo(1, 6);
  });

  test('of very many values are those of a part of them', () => {
    const sorted = Float64Array.from(normalNumbers(100_000, [1])).sort();
    const { y } = kernelDensity(sorted, Float64Array.of(-1, 0, 1));
    expect(y[1]).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 1);
    expect(y[0]).toBeCloseTo(Math.exp(-0.5) / Math.sqrt(2 * Math.PI), 1);
  });

  test('overlap wholly when equal, hardly when apart, and by the known share of two shifted Gaussians', () => {
    const x = Float64Array.from({ length: 4001 }, (_, i) => -10 + i / 200);
    const gaussian = (mean: number) => ({
      x,
      y: x.map(value => Math.exp(-0.5 * (value - mean) ** 2) / Math.sqrt(2 * Math.PI)),
    });
    expect(overlap(gaussian(0), gaussian(0))).toBeCloseTo(1, 6);
    // 2 Φ(-1) for means two deviations apart.
    expect(overlap(gaussian(0), gaussian(2))).toBeCloseTo(0.317311, 5);
    expect(overlap(gaussian(-4), gaussian(6))).toBeLessThan(1e-5);
  });

  test('stand over a grid beyond the values', () => {
    const grid = gridOver([Float64Array.of(1, 2), new Float64Array(), Float64Array.of(3)], 5);
    expect([...grid].map(x => Number(x.toFixed(6)))).toEqual([0.8, 1.4, 2, 2.6, 3.2]);
  });
});

describe('pairs', () => {
  // Texts 0 and 1 are of one context, 2 has none; two solutions of text 0.
  const textOf = [0, 0, 1, 2];
  const contexts = ['book', 'book', undefined];
  const distances = Float32Array.of(0, 1, 2, 4, 1, 0, 3, 6, 2, 3, 0, 5, 4, 6, 5, 0);

  test('are of one text, of one context or of different ones', () => {
    const { groups, overlaps } = pairGroups(distances, textOf, contexts);
    expect(groups.map(({ kind, pairs, median }) => [kind, pairs, median])).toEqual([
      ['same-text', 1, 1],
      ['same-context', 2, 2.5],
      ['different-context', 3, 5],
    ]);
    expect(overlaps.map(({ kinds }) => kinds.join())).toEqual([
      'same-text,same-context',
      'same-text,different-context',
      'same-context,different-context',
    ]);
    // Two texts without a context have none in common.
    expect(pairGroups(distances, textOf, [undefined, undefined, undefined]).groups.map(({ kind }) => kind)).toEqual([
      'same-text',
      'different-context',
    ]);
  });

  test('of texts stand at the mean of their solutions, and in bins', () => {
    const pairs = textPairs(distances, textOf, Float32Array.of(0, 0.25, 0.5, 0.25, 0, 1, 0.5, 1, 0), contexts);
    expect(pairs).toEqual([
      { texts: [0, 1], kind: 'same-context', textDistance: 0.25, vectorDistance: 2.5 },
      { texts: [0, 2], kind: 'different-context', textDistance: 0.5, vectorDistance: 5 },
      { texts: [1, 2], kind: 'different-context', textDistance: 1, vectorDistance: 5 },
    ]);
    expect(binnedMeans(pairs, 3)).toEqual([
      { kind: 'same-context', textDistance: 0.375, vectorDistance: 2.5, pairs: 1 },
      { kind: 'different-context', textDistance: 0.625, vectorDistance: 5, pairs: 1 },
      { kind: 'different-context', textDistance: 0.875, vectorDistance: 5, pairs: 1 },
    ]);
    expect(binnedMeans([], 3)).toEqual([]);
    expect(binnedMeans(pairs.slice(0, 1), 3)).toEqual([
      {
        kind: pairs[0]?.kind,
        textDistance: pairs[0]?.textDistance,
        vectorDistance: pairs[0]?.vectorDistance,
        pairs: 1,
      },
    ]);
  });
});

test('token distances are those of TF-IDF by hand', () => {
  // df: a in all three texts, b in two, c and d in one each.
  const [a, b, c, d] = [1, 2, 3, 4];
  const distances = tokenDistances([
    [a, b, b],
    [a, b, c],
    [d, a],
  ]);
  const idf = (df: number) => Math.log(4 / (1 + df)) + 1;
  const [ia, ib, ic, id] = [idf(3), idf(2), idf(1), idf(1)];
  const norms = [Math.hypot(ia, 2 * ib), Math.hypot(ia, ib, ic), Math.hypot(id, ia)] as const;
  expect(ia).toBe(1);
  expect(distances[1]).toBeCloseTo(1 - (1 + 2 * ib * ib) / (norms[0] * norms[1]), 6);
  expect(distances[2]).toBeCloseTo(1 - 1 / (norms[0] * norms[2]), 6);
  expect(distances[5]).toBeCloseTo(1 - 1 / (norms[1] * norms[2]), 6);
  expect(distances[0]).toBe(0);
  expect(tokenDistances([[c], [d]])[1]).toBe(1);
  expect(
    tokenDistances([
      [c, d],
      [d, c],
    ])[1],
  ).toBeCloseTo(0, 6);
});
