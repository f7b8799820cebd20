/** An experiment that there is. */
export interface ExperimentName {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly summary: string;
  /** Which part of the paper it repeats. */
  readonly paper: string;
}

export interface ListedExperiment extends ExperimentName {
  /** Names of its settings. */
  readonly settings: readonly string[];
}

/** What an experiment takes at most: later cells may be left out for what earlier ones show. */
export interface ExperimentPlan {
  readonly cells: number;
  /** The budgets of all cells together. */
  readonly evaluations: number;
}

/** How an experiment stands. */
export interface ExperimentProgress {
  /** Cells that are over, those of earlier runs included, and all that are planned as far as is known. */
  readonly done: number;
  readonly cells: number;
  /** Of this run, all cells together. */
  readonly evaluations: number;
  readonly seconds: number;
  /** Of this run; undefined before a cell has ended. */
  readonly cellsPerMinute: number | undefined;
  /** A guess from the pace of this run; undefined before a cell has ended. */
  readonly secondsLeft: number | undefined;
  /** While the model writes its texts: those that it has continued, and all that it is to continue. */
  readonly texts?: { readonly done: number; readonly all: number } | undefined;
  /** What the cells so far show, now and then, for whoever looks on; undefined in between. */
  readonly report?: ExperimentReport | undefined;
}

/** A table of a report: numbers as text, ready to be printed. */
export interface ReportTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A point of a figure, perhaps with an interval. */
export interface FigurePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export interface FigureSeries {
  readonly name: string;
  readonly points: readonly FigurePoint[];
  /** `line`: points joined; `points`: points alone; `guide`: a line without points, to compare others with. */
  readonly kind: 'line' | 'points' | 'guide';
}

export interface FigureAxis {
  readonly label: string;
  readonly scale: 'linear' | 'logarithmic';
  /** Where numbers stand; round ones when it is left out. */
  readonly ticks?: readonly number[];
  /** Whether a linear axis begins near the least value; otherwise it begins at 0. */
  readonly tight?: boolean;
}

/** One pair of axes of a figure. */
export interface FigurePanel {
  readonly title: string;
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly series: readonly FigureSeries[];
}

/** A figure as data: whoever shows it draws it. */
export interface ReportFigure {
  /** Of its files, without an ending. */
  readonly file: string;
  readonly title: string;
  /** In a sentence or two: what is seen, and what the marks and the bars are. */
  readonly caption: string;
  readonly panels: readonly FigurePanel[];
}

/** A cell that could not be computed. */
export interface FailedCell {
  /** Its texts, counted from 1, and what was asked for: "text 3, 64 tokens, [e][m]×(N-1), seed 0". */
  readonly cell: string;
  /** Why, in a sentence. */
  readonly problem: string;
}

/** What the cells that are there show. */
export interface ExperimentReport {
  readonly experiment: ExperimentName;
  /** All settings, those of the preset included, as a command line takes them. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Cells that are over, failed ones included, and all that are planned as far as is known. */
  readonly done: number;
  readonly cells: number;
  readonly tables: readonly ReportTable[];
  readonly figures: readonly ReportFigure[];
  readonly failures: readonly FailedCell[];
}

export interface ExperimentResult extends ExperimentReport {
  readonly cancelled: boolean;
}
