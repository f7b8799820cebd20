/** What the extension host tells the page that compares runs; what it asks for stands in ../requests.ts. Types only. */
import type { TextToken } from '../../runtime/results/tokens.ts';
import type { Choices, Moment, Standing } from '../protocol.ts';

/** A compression as a row of a table; null where nothing is known yet. */
export interface RunView {
  readonly id: string;
  readonly name: string;
  /** Where the text came from: "story.txt:1". */
  readonly from: string;
  readonly text: string;
  readonly standing: Standing;
  /** One sentence, when it failed. */
  readonly problem: string | null;
  readonly model: string;
  readonly device: string | null;
  readonly choices: Choices;
  readonly tokens: number | null;
  readonly correct: number | null;
  readonly evaluations: number | null;
  readonly seconds: number | null;
  /** Bytes of its .proto file. */
  readonly size: number | null;
  /** In milliseconds since 1970. */
  readonly created: number;
}

/** What is shown of a run that is compared. */
export interface RunDetails {
  readonly tokens: readonly TextToken[];
  /** In order; thinned out, see `history.ts`. */
  readonly moments: readonly Moment[];
  /** Token that the finished file gives in each token's place, -1 where nothing is known; null before there is one. */
  readonly outcome: Int32Array | null;
}

export interface RunsDocument {
  readonly kind: 'runs';
  /** The newest first. */
  readonly runs: readonly RunView[];
  readonly arrangements: readonly { readonly name: string; readonly label: string }[];
}

export type RunsMessage =
  /** All runs that there are; `chosen` are those that a person wants to compare, null leaves that as it is. */
  | { readonly type: 'show'; readonly document: RunsDocument; readonly chosen: readonly string[] | null }
  /** One of them has changed. */
  | { readonly type: 'run'; readonly run: RunView }
  /** A run that is followed is further. */
  | { readonly type: 'moment'; readonly id: string; readonly moment: Moment };
