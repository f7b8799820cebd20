import type { GraphBuilder } from '../../graph/graph.ts';
import { extent, type Tensor } from '../../graph/tensor.ts';
import type { LlamaConfig } from '../config.ts';

/** Rotary position embedding of one head: the first `2 · frequencies.length` of `headSize` dimensions turn. */
export interface Rotary {
  readonly headSize: number;
  /** Angle per position of each pair of dimensions, in radians. */
  readonly frequencies: readonly number[];
}

/** θ_i = base^(-2i/dimensions), the frequencies of RoPE. */
export function rotaryFrequencies(base: number, dimensions: number): number[] {
  return Array.from({ length: dimensions / 2 }, (_, i) => base ** ((-2 * i) / dimensions));
}

/**
 * Llama 3's stretching of the frequencies for long contexts (`rope_scaling` of type `llama3`): wavelengths beyond
 * originalPositions / lowFrequencyFactor are slowed down by `factor`, those below originalPositions /
 * highFrequencyFactor stay, and those between are blended.
 */
export function stretchedFrequencies(frequencies: readonly number[], scaling: LlamaConfig['rotaryScaling']): number[] {
  if (!scaling) return [...frequencies];
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  return frequencies.map(frequency => {
    const turns = (originalPositions * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return kept * frequency + ((1 - kept) * frequency) / factor;
  });
}

/**
 * Turns x [..., positions, headSize] by its position: x · cos + (x R) · sin, where the constant matrix R takes each
 * pair (a, b), which lie half the turning dimensions apart, to (-b, a). As a product it is one node, also in the gradient.
 *
 * @param scale multiplies the result; attention's 1/sqrt(headSize) costs nothing here.
 */
export function rotate(graph: GraphBuilder, x: Tensor, { headSize, frequencies }: Rotary, scale = 1): Tensor {
  const positions = extent(x.shape, -2);
  const half = frequencies.length;
  const table = (turn: (angle: number) => number, rest: number): Tensor =>
    graph.table(JSON.stringify([turn.name, positions, headSize, scale, frequencies]), [positions, headSize], () => {
      const values = new Float32Array(positions * headSize).fill(rest * scale);
      for (let position = 0; position < positions; position++)
        for (const [i, frequency] of frequencies.entries()) {
          const value = turn(position * frequency) * scale;
          values[position * headSize + i] = value;
          values[position * headSize + half + i] = value;
        }
      return values;
    });
  const turned = graph.matmul(x, pairSwap(graph, headSize, half));
  return graph.add(graph.multiply(x, table(Math.cos, 1)), graph.multiply(turned, table(Math.sin, 0)));
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
