import { bundle } from '../tools/build.mjs';
import { removeRunFolders } from './support/run-folder.ts';

/** The engine runs as a process of its own, also in tests, and so from the bundle. @returns what is done after all tests */
export default async function setup(): Promise<() => void> {
  removeRunFolders();
  await bundle();
  return removeRunFolders;
}
