// What operations give is written down here once, as plain data: types only, for the engine, the views and the pages.

/** A token and its place in a text. */
export interface TextToken {
  readonly id: number;
  /** For a person to read; parts of characters are shown as bytes. */
  readonly text: string;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** What a frozen model makes of a text that it reads, without any proto-tokens. */
export interface Surprisal {
  /** Of each token given those before it, in nats (equation 2 of the paper); NaN where it is not known. */
  readonly nll: Float32Array;
  /** The token (BOS) that the model was given before the text; null when it has none, so nothing is known of the first. */
  readonly beginningToken: string | null;
}

export interface LikelyToken {
  readonly id: number;
  readonly text: string;
  /** -log p, in nats. */
  readonly nll: number;
}

/** How the model sees one token from its proto-tokens. */
export interface ExplainedToken {
  readonly target: number;
  readonly targetText: string;
  readonly predicted: number;
  readonly predictedText: string;
  /** -log p(target), in nats. */
  readonly nll: number;
  /** Of the target among all tokens, from 1. */
  readonly rank: number;
  /** The five likeliest, the likeliest first. */
  readonly top: readonly LikelyToken[];
}

export interface EvaluatedToken extends ExplainedToken {
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** The tokens of one segment of a running job, from its best vectors so far. */
export interface Explanation {
  /** Index of the first of them in the whole text. */
  readonly first: number;
  readonly tokens: readonly ExplainedToken[];
}

/** A token whose embedding lies near a vector. */
export interface NearToken {
  readonly id: number;
  readonly text: string;
  /** Of the angle between the two. */
  readonly cosine: number;
  /** Dot product. */
  readonly product: number;
}

/** The vocabulary tokens whose embeddings lie nearest to a vector. */
export interface Neighbours<Token = NearToken> {
  /** Euclidean norm of the vector. */
  readonly norm: number;
  /** The nearest first. */
  readonly byCosine: readonly Token[];
  readonly byProduct: readonly Token[];
}

/** Those of one vector of a file. */
export interface NearestTokens extends Neighbours {
  readonly proto: 'e' | 'm';
  /** Row of the vector among those of its kind. */
  readonly row: number;
}
