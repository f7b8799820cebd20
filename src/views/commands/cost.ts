import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { JobRequest } from '../jobs/job-record.ts';
import type { Choices, JobStatus } from '../protocol.ts';

/** An earlier compression, as far as its pace matters. */
export interface Earlier {
  readonly status: JobStatus;
  readonly request: Pick<JobRequest, 'model' | 'choices' | 'continueFrom'>;
  result(): { readonly decodedTokens: number; readonly seconds: number } | null;
}

export interface Pace {
  readonly secondsPerToken: number;
  /** Compressions that it was measured on. */
  readonly measured: number;
  /** Whether they were of texts so short that a token of a full segment takes longer. */
  readonly shorter: boolean;
}

/** From this many seconds on a person is asked first. */
const longSeconds = 120;
/** Where no pace is known, from this many tokens on. */
const manyTokens = 1000;
/** No token of prose or code is longer than this on average; text of fewer characters has fewer tokens. */
const fewestCharactersPerToken = 2;

/** What a token took with the same model, device and choices before; undefined when nothing was measured. */
export function paceOf(earlier: readonly Earlier[], model: ModelRequest, choices: Choices): Pace | undefined {
  const alike = earlier.flatMap(job => {
    const { status, request } = job;
    const counts = status === 'finished' && !request.continueFrom;
    const figures = counts && isSame(request.model, model) && isSamePace(request.choices, choices) && job.result();
    return figures ? [figures] : [];
  });
  const full = alike.filter(({ decodedTokens }) => 2 * decodedTokens >= choices.segmentLength);
  const counted = full.length ? full : alike;
  if (!counted.length) return undefined;
  const rates = counted.map(({ seconds, decodedTokens }) => seconds / decodedTokens).sort((a, b) => a - b);
  const secondsPerToken = rates[Math.floor(rates.length / 2)] ?? 0;
  return { secondsPerToken, measured: counted.length, shorter: !full.length };
}

/** Whether a text may take so long that its tokens are worth counting before it is begun. */
export function mayBeLong(characters: number, pace: Pace | undefined): boolean {
  return isLong(Math.ceil(characters / fewestCharactersPerToken), pace);
}

/** Whether a person is asked before so many tokens are compressed. */
export function isLong(tokens: number, pace: Pace | undefined): boolean {
  return pace ? tokens * pace.secondsPerToken >= longSeconds : tokens >= manyTokens;
}

function isSame(a: ModelRequest, b: ModelRequest): boolean {
  return a.folder === b.folder && a.device === b.device;
}

/** Seed and arrangement change what comes out, not noticeably how long it takes. */
function isSamePace(a: Choices, b: Choices): boolean {
  return a.recipe === b.recipe && a.segmentLength === b.segmentLength && a.budget === b.budget;
}
