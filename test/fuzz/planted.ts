import { UserError } from '../../src/runtime/errors.ts';
import type { Kind } from './kinds.ts';
import { Trial } from './trial.ts';

const plant = (name: string, work: () => unknown): Kind => ({
  name: `planted-${name}`,
  folder: 'model',
  damaged: /^config\.json$/,
  use: async (folder, _changed, signal) => {
    const trial = new Trial(folder, signal, []);
    await trial.attempt(work);
    return trial;
  },
});

/** Faults that a campaign must find; only its own test asks for them. */
export const plantedKinds: readonly Kind[] = [
  plant('nothing', () => undefined),
  plant('sentence', () => {
    throw new UserError('The file is damaged; restore it from a copy.');
  }),
  plant('stack', () => {
    throw new TypeError('x is not a function');
  }),
  plant('two-lines', () => {
    throw new UserError('The file is damaged\n(TypeError); restore it.');
  }),
  plant('hang', () => {
    for (;;);
  }),
  plant('wait', () => new Promise(() => undefined)),
  plant('memory', () => Buffer.alloc(64e6, 1).length),
  plant('crash', () => process.abort()),
];
