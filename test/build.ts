import { bundle } from '../tools/build.mjs';

/** The engine runs as a process of its own, also in tests, and so from the bundle. */
export default async function setup(): Promise<void> {
  await bundle();
}
