import { spawn } from 'node:child_process';

/** Runs this bundle again with other parameters, so that a case has a process, and a peak of memory, of its own. */
export function runSelf(parameters: readonly string[]): Promise<string> {
  const [, bundle] = process.argv;
  if (!bundle) throw new Error('this program has no file');
  return runProgram(bundle, parameters);
}

/** Runs a bundle to its end. @returns what it prints */
export function runProgram(
  bundle: string,
  parameters: readonly string[],
  stderr: 'inherit' | 'ignore' = 'inherit',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, ...parameters], { stdio: ['ignore', 'pipe', stderr] });
    const output: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve(output.join('')) : reject(new Error(`${parameters.join(' ')} ended with code ${code}`)),
    );
  });
}
