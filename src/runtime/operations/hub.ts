import * as z from 'zod/mini';
import type { FetchedModel, FetchProgress, HubModel } from '../results/models.ts';
import { fileParameters, operation } from './operation.ts';

const named = {
  /** "organisation/name", or "organisation/name@revision". */
  model: z.string(),
  /** In place of the one that the environment or the hub's own tools have. */
  token: z.optional(z.string()),
};

/** Fetches a model into the Hugging Face cache. Cancelled, it keeps what has come, and the next time goes on from there. */
export const fetchModel = operation<FetchedModel, FetchProgress>()('hub/fetch', z.object(named), ({ bytes }) => bytes);

/** What the hub says of a model, without fetching it. */
export const hubModel = operation<HubModel>()('hub/model', z.object(named));

/** The folder of the installed model that a .proto file or a NAME.solutions.json was made with. */
export const findModel = operation<string>()(
  'hub/find',
  z.object({
    ...fileParameters,
    /** Where to look first, beside the Hugging Face cache. */
    folders: z.readonly(z.array(z.string())),
  }),
);
