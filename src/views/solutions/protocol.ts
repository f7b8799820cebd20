/**
 * What the extension host tells the editor of NAME.solutions.json files; what it asks for stands in ../requests.ts. Types
 * only, shared by both sides.
 */
import type { ConnectOptions } from '../../runtime/analysis/connectivity/options.ts';
import type { Connection, ConnectResult } from '../../runtime/results/connectivity.ts';
import type { SolutionsInspection } from '../../runtime/results/solutions.ts';
import type { ForeignDocument } from '../protocol.ts';

/** A file of solutions, opened. */
export interface SolutionsDocument extends SolutionsInspection {
  readonly kind: 'solutions';
  readonly name: string;
  readonly arrangementLabel: string;
  /** How curves are trained when nothing else is chosen. */
  readonly defaults: Pick<ConnectOptions, 'steps' | 'grid' | 'minimumAccuracy'>;
}

/** The paths that are known, of pairs of which there is one each, and the tokens of every text. */
export interface Connected extends Pick<ConnectResult, 'targets'> {
  readonly connections: readonly Connection[];
}

export interface WorkProgress {
  /** 0 to 1 */
  readonly share: number;
  /** "3 of 45 curves" */
  readonly message: string;
}

export type SolutionsMessage =
  /** All there is: a webview that has just been made, or made again, knows nothing. */
  | {
      readonly type: 'show';
      readonly document: SolutionsDocument | ForeignDocument;
      readonly connected: Connected;
      readonly progress: WorkProgress | null;
    }
  /** How far an analysis is that was asked for. */
  | { readonly type: 'analysing'; readonly name: string; readonly share: number }
  | { readonly type: 'connected'; readonly connected: Connected }
  /** How far the training of curves is; null when there is none. */
  | { readonly type: 'progress'; readonly progress: WorkProgress | null };
