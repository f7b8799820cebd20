/** What a process of trials is told at its start, as JSON in its arguments. */
export interface Assignment {
  readonly seed: number;
  /** Folder of the intact files. */
  readonly seeds: string;
  /** Folder for what is changed; empty. */
  readonly scratch: string;
  readonly limits: Limits;
  /** Names of the kinds that are tried, in turn. */
  readonly kinds: readonly string[];
  /** Whether nothing is changed: what is made of intact files is refused nowhere. */
  readonly intact: boolean;
}

export interface Limits {
  /** After which a person would cancel. */
  readonly patienceMilliseconds: number;
  /** Of a processor, after which the trial hangs; where it only waits, twice as many of a clock. */
  readonly milliseconds: number;
  /** On top of that, for what is not the trial itself: copying its files. */
  readonly graceMilliseconds: number;
  /** Beyond the size of the input. */
  readonly bytes: number;
}

export const usualLimits: Limits = {
  patienceMilliseconds: 2500,
  milliseconds: 5000,
  graceMilliseconds: 2000,
  bytes: 200e6,
};

/** What came of the trial with this number. */
export interface Outcome {
  readonly index: number;
  readonly kind: string;
  /** Path of the file that was changed, in the folder of its kind. */
  readonly changed: string;
  readonly inputBytes: number;
  readonly refused: boolean;
  /** Of a processor. */
  readonly milliseconds: number;
  /** By which the process grew at its largest. */
  readonly grownBytes: number;
  /** Whether it took longer than it may: on a busy machine that may not be its own fault. */
  readonly slow: boolean;
  /** What is wrong, in words; undefined when all is well. */
  readonly problem: string | undefined;
}
