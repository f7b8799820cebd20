import type { Handler } from '../handler.ts';
import { ModelPool } from '../model-pool.ts';
import { compressionHandlers } from './compression.ts';
import { experimentHandlers } from './experiments.ts';
import { hubHandlers } from './hub.ts';
import { modelHandlers } from './models.ts';
import { solutionHandlers } from './solutions.ts';

/** What does every operation, with one pool of models for all of them. */
export function handlers(models = new ModelPool()): Handler[] {
  return [
    ...modelHandlers(models),
    ...compressionHandlers(models),
    ...solutionHandlers(models),
    ...experimentHandlers(models),
    ...hubHandlers(),
  ];
}
