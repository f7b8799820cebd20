/** What the extension host tells the page of an experiment; what it asks for stands in ../requests.ts. Types only. */
import type { ExperimentProgress, ExperimentReport } from '../../runtime/results/experiments.ts';

/** `stopped`: not everything is there, and nothing works on it. */
export type ExperimentStatus = 'running' | 'cancelling' | 'complete' | 'stopped' | 'failed';

/** How far an experiment is. */
export interface ExperimentStanding {
  readonly status: ExperimentStatus;
  /** One sentence, when it failed. */
  readonly problem: string | null;
  /** What it waits for before it has cells to tell of, in a few words. */
  readonly waiting: string | null;
  /** Of this run; null before it has begun. */
  readonly progress: Omit<ExperimentProgress, 'report'> | null;
}

export interface ExperimentDocument {
  readonly kind: 'experiment';
  readonly name: string;
  /** Path of its folder, by which the page is opened again after a reload; and as people read it. */
  readonly out: string;
  readonly folder: string;
  readonly preset: string;
  readonly model: string;
  /** Null until they are known. */
  readonly device: string | null;
  readonly texts: string | null;
  readonly standing: ExperimentStanding;
  /** What the cells so far show; null before anything is known. */
  readonly report: ExperimentReport | null;
}

export type ExperimentMessage =
  | { readonly type: 'show'; readonly document: ExperimentDocument }
  /** It is further, and what its cells show is as it was. */
  | { readonly type: 'standing'; readonly standing: ExperimentStanding };
