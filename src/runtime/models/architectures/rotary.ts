import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';

/** Rotary position embedding of one head: the first `2 · frequencies.length` of `headSize` dimensions turn. */
export interface Rotary {
  readonly headSize: number;
  /** Angle per position of each pair of dimensions, in radians. */
  readonly frequencies: readonly number[];
}

/** Cosine and sine of the angle of each dimension at each position, [positions, headSize]; 1 and 0 where none turns. */
export interface RotaryTables<T> {
  readonly cosine: T;
  readonly sine: T;
}

/** Llama 3's stretching of the frequencies. */
export interface Llama3Scaling {
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalPositions: number;
}

/** All positions are brought nearer to each other. */
export interface LinearScaling {
  readonly type: 'linear';
  readonly factor: number;
}

/** What is done to the frequencies for long contexts (`rope_scaling`). */
export type RotaryScaling = Llama3Scaling | LinearScaling;

/** θ_i = base^(-2i/dimensions), the frequencies of RoPE. */
export function rotaryFrequencies(base: number, dimensions: number): number[] {
  return Array.from({ length: dimensions / 2 }, (_, i) => base ** ((-2 * i) / dimensions));
}

/**
 * Llama 3's stretching of the frequencies for long contexts (`rope_scaling` of type `llama3`): wavelengths beyond
 * originalPositions / lowFrequencyFactor are slowed down by `factor`, those below originalPositions /
 * highFrequencyFactor stay, and those between are blended.
 */
export function stretchedFrequencies(frequencies: readonly number[], scaling: Llama3Scaling | null): number[] {
  if (!scaling) return [...frequencies];
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  return frequencies.map(frequency => {
    const turns = (originalPositions * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return kept * frequency + ((1 - kept) * frequency) / factor;
  });
}

/** Frequencies of positions that are brought nearer to each other by a factor (`rope_scaling` of type `linear`). */
export function linearFrequencies(frequencies: readonly number[], { factor }: LinearScaling): number[] {
  return frequencies.map(frequency => frequency / factor);
}

/** The tables of `positions` positions from `first` on. */
export function rotaryTables(
  { headSize, frequencies }: Rotary,
  positions: number,
  first: number,
): RotaryTables<Float32Array> {
  const half = frequencies.length;
  const table = (turn: (angle: number) => number, rest: number): Float32Array => {
    const values = new Float32Array(positions * headSize).fill(rest);
    for (let row = 0; row < positions; row++)
      for (const [i, frequency] of frequencies.entries()) {
        const value = turn((first + row) * frequency);
        values[row * headSize + i] = value;
        values[row * headSize + half + i] = value;
      }
    return values;
  };
  return { cosine: table(Math.cos, 1), sine: table(Math.sin, 0) };
}

/**
 * Turns x [..., positions, headSize] by its position: x · cos + (x R) · sin, where the constant matrix R takes each
 * pair (a, b), which lie half the turning dimensions apart, to (-b, a). As a product it is one node, also in the gradient.
 *
 * @param tables of the positions of x
 */
export function rotate(
  graph: GraphBuilder,
  x: Tensor,
  { headSize, frequencies }: Rotary,
  { cosine, sine }: RotaryTables<Tensor>,
): Tensor {
  const turned = graph.matmul(x, pairSwap(graph, headSize, frequencies.length));
  return graph.add(graph.multiply(x, cosine), graph.multiply(turned, sine));
}

function pairSwap(graph: GraphBuilder, headSize: number, half: number): Tensor {
  return graph.table(`pair swap ${headSize} ${half}`, [headSize, headSize], () => {
    const values = new Float32Array(headSize * headSize);
    for (let i = 0; i < half; i++) {
      values[(half + i) * headSize + i] = -1;
      values[i * headSize + half + i] = 1;
    }
    return values;
  });
}
