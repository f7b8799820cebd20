import type { Density } from '../../results/distances.ts';

/** More tell no more about a smooth curve. */
const mostSamples = 20_000;

/** The value below which a share of sorted values lies, interpolated between neighbours. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  const [low, high] = [sorted[below] ?? Number.NaN, sorted[above] ?? Number.NaN];
  return low + (high - low) * (place - below);
}

/**
 * Silverman's rule of thumb, 0.9 min(σ, IQR / 1.34) n^(-1/5), for sorted values; where all are equal, a hundredth of
 * what the picture shows.
 */
export function silvermanBandwidth(sorted: Float64Array, shown: number): number {
  const n = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1));
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  const width = 0.9 * (spread > 0 ? Math.min(deviation, spread) : deviation) * n ** -0.2;
  return width > 0 ? width : shown / 100 || 1e-3;
}

/** Gaussian kernel density estimate of sorted values at the points of a grid. */
export function kernelDensity(sorted: Float64Array, grid: Float64Array): Density {
  const shown = (grid.at(-1) ?? 0) - (grid[0] ?? 0);
  const bandwidth = silvermanBandwidth(sorted, shown);
  // Evenly spaced order statistics stand for very many values.
  const step = Math.max(1, sorted.length / mostSamples);
  const count = Math.floor(sorted.length / step);
  const scale = 1 / (count * bandwidth * Math.sqrt(2 * Math.PI));
  const y = grid.map(x => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const z = (x - (sorted[Math.floor((i + 0.5) * step)] as number)) / bandwidth;
      sum += Math.exp(-0.5 * z * z);
    }
    return sum * scale;
  });
  return { x: grid, y };
}

/** Equally spaced points over the values and a tenth of their range beyond each end. */
export function gridOver(groups: readonly Float64Array[], points: number): Float64Array {
  const ends = groups.filter(({ length }) => length);
  const low = Math.min(...ends.map(sorted => sorted[0] ?? 0));
  const high = Math.max(...ends.map(sorted => sorted.at(-1) ?? 0));
  const margin = (high - low) / 10 || 0.05;
  const step = (high - low + 2 * margin) / (points - 1);
  return Float64Array.from({ length: points }, (_, i) => low - margin + i * step);
}

/** Overlap coefficient of two densities on the same grid: the integral of the smaller one. 0 apart, 1 equal. */
export function overlap(a: Density, b: Density): number {
  const smaller = a.y.map((value, i) => Math.min(value, b.y[i] ?? 0));
  let area = 0;
  for (let i = 1; i < smaller.length; i++)
    area += (((smaller[i] ?? 0) + (smaller[i - 1] ?? 0)) / 2) * ((a.x[i] ?? 0) - (a.x[i - 1] ?? 0));
  return Math.min(1, area);
}
