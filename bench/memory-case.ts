import { Sessions } from '../src/runtime/training/sessions.ts';
import { processStatus } from './process-status.ts';
import { openFrozenModel } from './random-checkpoint.ts';
import { trainingStep } from './training-step.ts';

/** Bytes of this process's memory. */
export interface MemoryUse {
  /** Before the model. */
  readonly start: number;
  readonly peakOfLoading: number;
  /** Own memory, without pages of mapped files, after the session is made. */
  readonly loaded: number;
  readonly peakOfSteps: number;
  /** Own memory after the steps. */
  readonly end: number;
}

async function bytesOf(field: string): Promise<number> {
  return ((await processStatus(field)) ?? 0) * 1024;
}

/** Loads a model and makes two steps (the second uses what the runtime has learnt of the first), alone in its process. */
export async function measureMemory(folder: string, tokens: number, prepareWeights: boolean): Promise<MemoryUse> {
  const start = await bytesOf('VmRSS');
  const model = await openFrozenModel(folder);
  const sessions = new Sessions({ device: 'cpu', prepareWeights });
  await sessions.training(model);
  const [peakOfLoading, loaded] = [await bytesOf('VmHWM'), await bytesOf('RssAnon')];
  const step = trainingStep(model, tokens, sessions);
  await step();
  await step();
  const [peakOfSteps, end] = [await bytesOf('VmHWM'), await bytesOf('RssAnon')];
  await sessions.dispose();
  return { start, peakOfLoading, loaded, peakOfSteps, end };
}
