/** How an experiment stands. */
export interface ExperimentProgress {
  /** Cells that are over, those of earlier runs included, and all that are planned as far as is known. */
  readonly done: number;
  readonly cells: number;
  /** Of this run, all cells together. */
  readonly evaluations: number;
  readonly seconds: number;
  /** A guess from the pace of this run; undefined before a cell has ended. */
  readonly secondsLeft: number | undefined;
}

/** A table of a report: numbers as text, ready to be printed. */
export interface ReportTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ExperimentResult {
  readonly cancelled: boolean;
  /** What the cells that are there show. */
  readonly tables: readonly ReportTable[];
}
