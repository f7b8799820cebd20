import { messageOf } from '../errors.ts';
import type { DeviceName } from './device-names.ts';
import { tryDevice } from './device-trial.ts';
import type { Answer } from './trial-process.ts';

// A program of its own: it tries the device that it is started with, says what came of that, and ends.
process.on('SIGINT', () => undefined);
const answer = await tryDevice(process.argv[2] as DeviceName).catch(
  (error: unknown): Answer => ({ failure: messageOf(error) }),
);
process.send?.(answer, () => process.exit());
