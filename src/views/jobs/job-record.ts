import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { CompressionSummary } from '../../runtime/results/compression.ts';
import type { EvaluatedToken } from '../../runtime/results/tokens.ts';
import type { Choices, JobStatus, Moment } from '../protocol.ts';

/** What a person asked for. Plain data. */
export interface JobRequest {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly model: ModelRequest;
  readonly choices: Choices;
  /** Bytes of an earlier result, of this text or of what it was before an edit, to begin from. */
  readonly continueFrom?: Uint8Array;
}

/** A token that the forward pass gets wrong; where a cancelled job has not come so far nothing is known of it. */
export interface WrongToken {
  /** Of the token in its text. */
  readonly index: number;
  readonly token: EvaluatedToken;
}

/** Where a result was saved. */
export interface SavedPlace {
  /** Its whole address: a relative one is ambiguous where several folders are open. */
  readonly uri: string;
  /** As the workspace called it. */
  readonly name: string;
}

/** Everything of a job that outlives the window, beside its request. */
export interface JobRecord {
  /** When it was asked for, in milliseconds since 1970. */
  readonly created: number;
  /** As a person calls it; null for the first words of its text. */
  readonly name: string | null;
  readonly status: JobStatus;
  readonly problem: string | null;
  readonly summary: CompressionSummary | null;
  readonly decodeSeconds: number;
  readonly saved: SavedPlace | null;
  readonly wrong: readonly WrongToken[];
  readonly file: Uint8Array | undefined;
  readonly moments: readonly Moment[];
}

/** What is wrong among the tokens that come out of a file. */
export function wrongOf(evaluated: readonly EvaluatedToken[]): WrongToken[] {
  return evaluated.flatMap((token, index) =>
    token.target === token.predicted || token.predicted < 0 ? [] : [{ index, token }],
  );
}
