/** Rotary position embedding of one head: the first `2 · frequencies.length` of `headSize` dimensions turn, in pairs half of those apart. */
export interface Rotary {
  readonly headSize: number;
  /** Angle per position of each pair of dimensions, in radians. */
  readonly frequencies: readonly number[];
}

/** Cosine and sine of the angle of each pair of dimensions at each position, [positions, pairs]. */
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
export function rotaryTables({ frequencies }: Rotary, positions: number, first: number): RotaryTables<Float32Array> {
  const table = (turn: (angle: number) => number): Float32Array =>
    Float32Array.from({ length: positions * frequencies.length }, (_, i) => {
      const row = Math.floor(i / frequencies.length);
      return turn((first + row) * (frequencies[i % frequencies.length] ?? 0));
    });
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}
