/** The queue's own bundle, which the command line loads when it is told to use one; see tools/build.mjs. */
export { type QueuedRun, runQueued } from './producer.ts';
export { type ServiceOptions, serveQueue } from './worker.ts';
