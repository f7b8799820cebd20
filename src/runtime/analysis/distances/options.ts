import { z } from 'zod';

export const measures = ['cosine', 'euclidean'] as const;
export const vectorChoices = ['e', 'm', 'both'] as const;
export const orders = ['file', 'text', 'clusters'] as const;

/** Sentence embeddings: not, if their model is in the cache, or also if it has to be fetched first. */
export const semanticChoices = ['off', 'cached', 'fetch'] as const;

/** What a user may choose about distances between solutions. */
export const distanceOptions = z.object({
  measure: z.enum(measures).default('cosine'),
  /** Which vectors are compared; both means one vector [2d], `e` then `m`. */
  over: z.enum(vectorChoices).default('both'),
  /** As in the files, those of a text together, or as a hierarchical clustering puts them. */
  order: z.enum(orders).default('text'),
  /** Solutions that get a smaller share of their tokens right are left out; 0.99 is the paper's bound for a solution. */
  minimumAccuracy: z.number().min(0).max(1).default(0.99),
  /** Whether texts are compared by meaning too: not, if the model for it is there, or also if it must be fetched. */
  semantic: z.enum(semanticChoices).default('cached'),
});

export type DistanceOptions = z.output<typeof distanceOptions>;
/** As a user gives them: whatever is left out takes its default. */
export type DistanceChoices = z.input<typeof distanceOptions>;
export type SemanticChoice = DistanceOptions['semantic'];
export type Measure = DistanceOptions['measure'];
