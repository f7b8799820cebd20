import * as z from 'zod/mini';
import type { DeviceName } from '../onnxruntime/device-names.ts';
import type { DeviceState } from '../results/devices.ts';
import type { ModelSummary } from '../results/models.ts';
import type { Surprisal, TextToken } from '../results/tokens.ts';
import { recipeNames } from '../training/recipe-names.ts';
import { look, modelParameters, operation } from './operation.ts';

const openParameters = {
  ...modelParameters,
  /** Whether no other model is loaded: one that does not fit beside others is refused, one alone is held as it can be. */
  alone: z._default(z.boolean(), true),
};

/** Opens a model for looks at it and says what is to be known of it, and what training would take as things are now. */
export const openModel = look<ModelSummary>()('model/open', z.object(openParameters));

/** Opens a model that is to be trained with, and says what is to be known of it. */
export const loadModel = operation<ModelSummary>()(
  'model/load',
  z.object({
    ...openParameters,
    /** With which something will be trained: what that takes is told, too. */
    recipe: z.optional(z.enum(recipeNames)),
  }),
);

/** The device that "auto" takes; needs no model. */
export const bestDevice = operation<DeviceName>()(
  'devices/best',
  z.object({
    /** Whether all are tried, whatever is remembered: the one that is has failed. */
    anew: z._default(z.boolean(), false),
  }),
);

/** What each device can do here, measured; needs no model. */
export const diagnose = operation<readonly DeviceState[]>()('devices/diagnose', z.object({}));

/** The tokens of a text and where they stand in it. */
export const tokenize = operation<readonly TextToken[]>()(
  'model/tokenize',
  z.object({ ...modelParameters, text: z.string() }),
);

/** Texts of token ids, in their order, for a person to read. */
export const tokenTexts = operation<readonly string[]>()(
  'model/tokenTexts',
  z.object({ ...modelParameters, ids: z.readonly(z.array(z.int())) }),
);

/** How much each token of a text surprises the frozen model that reads it. Cancelled, it ends early. */
export const surprisal = look<Surprisal>()('model/surprisal', z.object({ ...modelParameters, text: z.string() }));
