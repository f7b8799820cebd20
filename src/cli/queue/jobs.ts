import { z } from 'zod';
import { cellSchema, outcomeSchema } from '../../runtime/experiments/cell.ts';
import { contentKey } from '../../runtime/work/content-key.ts';

export const queueName = 'proto-tokens-cells';

/** A batch of cells on its way. */
export const jobSchema = z.object({
  /** Names the tokens of the texts, which lie beside the queue. */
  texts: z.string(),
  model: z.object({ folder: z.string(), id: z.string(), fingerprint: z.string() }),
  /** Version of the program that put them here. */
  software: z.string(),
  cells: z.array(z.object({ key: z.string(), cell: cellSchema })),
});
export type JobData = z.output<typeof jobSchema>;
export type ModelReference = JobData['model'];

/** What came of a batch. */
export const resultSchema = z.array(z.object({ key: z.string(), outcome: outcomeSchema }));
export type JobResult = Readonly<z.output<typeof resultSchema>>;

/** Equal for the same cells, so that they are in the queue once. */
export const jobIdOf = ({ cells }: JobData): string => contentKey(cells.map(({ key }) => key)).slice(0, 32);

/** Of the tokens of texts. */
export const textsIdOf = (tokens: readonly Int32Array[]): string => contentKey(tokens);
export const textsKey = (id: string): string => `proto-tokens-texts:${id}`;
/** Long enough for any run; whoever puts cells in the queue begins it again. */
export const secondsOfTexts = 7 * 24 * 60 * 60;

export const writeTexts = (tokens: readonly Int32Array[]): string => JSON.stringify(tokens.map(ids => [...ids]));
export const readTexts = (json: string): Int32Array[] =>
  z
    .array(z.array(z.number().int()))
    .parse(JSON.parse(json))
    .map(ids => Int32Array.from(ids));
