import { spawn } from 'node:child_process';
import { processStatus } from './process-status.ts';

/** Memory changes by gigabytes in a second while weights are packed. */
const millisecondsBetweenLooks = 100;

export interface Watched {
  readonly output: string;
  /** Most bytes of its own memory at one time, without pages of mapped files; undefined where it cannot be read. */
  readonly peakOfOwn: number | undefined;
}

/** Runs this bundle again with other parameters, so that a case has a process, and a peak of memory, of its own. */
export async function runSelf(parameters: readonly string[]): Promise<string> {
  return (await runWatched(parameters)).output;
}

/** Runs this bundle again and watches its memory from outside: native work blocks its own thread. */
export function runWatched(parameters: readonly string[]): Promise<Watched> {
  const [, bundle] = process.argv;
  if (!bundle) throw new Error('this program has no file');
  return watched(bundle, parameters, 'inherit');
}

/** Runs a bundle to its end, whatever it tells a person meanwhile. */
export async function runQuietly(bundle: string, parameters: readonly string[]): Promise<void> {
  await watched(bundle, parameters, 'ignore');
}

function watched(bundle: string, parameters: readonly string[], stderr: 'inherit' | 'ignore'): Promise<Watched> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, ...parameters], { stdio: ['ignore', 'pipe', stderr] });
    let peakOfOwn: number | undefined;
    const looking = setInterval(async () => {
      const kilobytes = child.pid && (await processStatus('RssAnon', child.pid));
      if (kilobytes) peakOfOwn = Math.max(peakOfOwn ?? 0, kilobytes * 1024);
    }, millisecondsBetweenLooks);
    const output: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(looking);
      if (code === 0) resolve({ output: output.join(''), peakOfOwn });
      else reject(new Error(`${parameters.join(' ')} ended ${signal ? `by ${signal}` : `with code ${code}`}`));
    });
  });
}
