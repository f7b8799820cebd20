import {
  bestDevice,
  diagnose,
  loadModel,
  openModel,
  surprisal,
  tokenize,
  tokenTexts,
} from '../../operations/models.ts';
import { type Handler, handler, withModel } from '../handler.ts';
import * as looks from '../looks.ts';
import type { ModelPool } from '../model-pool.ts';

/** What opens models, tokenizes, and finds devices. */
export function modelHandlers(models: ModelPool): Handler[] {
  return [
    handler(diagnose, () => models.diagnose()),
    handler(bestDevice, ({ anew }) => models.bestDevice(anew)),
    handler(openModel, ({ alone, ...request }) =>
      models.use(request, loaded => looks.summary(loaded), { alone, looks: true }),
    ),
    handler(loadModel, ({ alone, recipe, ...request }) =>
      models.use(request, loaded => looks.summary(loaded, recipe), { alone }),
    ),
    handler(tokenize, ({ text, folder }) => models.read(folder, model => looks.tokenize(model, text))),
    handler(tokenTexts, ({ ids, folder }) =>
      models.read(folder, ({ tokenizer }) => ids.map(id => tokenizer.tokenText(id))),
    ),
    handler(surprisal, ({ text, ...request }, call) =>
      withModel(models, request, call, loaded => looks.surprisal(loaded, text, () => call.signal.aborted)),
    ),
  ];
}
