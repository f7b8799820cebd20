import { fork } from 'node:child_process';
import type { DeviceName } from './device-names.ts';
import { type Trial, TrialEnded, type Try, tryDevice } from './device-trial.ts';

/** How long a driver may take to answer: the first use of a card may compile for a minute. */
const patience = 120_000;

/** What such a process has found out. */
export type Answer = Trial | { readonly failure: string };

/**
 * Tries devices in a process of their own: a driver may end the process that loads it, or never come back.
 *
 * @param modulePath the bundle of `trial-main.ts`
 * @param milliseconds after which a driver that does not answer is given up
 */
export function trialsApart(modulePath: string, milliseconds = patience): Try {
  return device => (device === 'cpu' ? tryDevice(device) : tryApart(modulePath, device, milliseconds));
}

function tryApart(modulePath: string, device: DeviceName, milliseconds: number): Promise<Trial> {
  return new Promise((resolve, reject) => {
    const child = fork(modulePath, [device], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    const timer = setTimeout(() => {
      reject(new TrialEnded(`its driver did not answer within ${Math.round(milliseconds / 1000)} s`));
      child.kill('SIGKILL');
    }, milliseconds);
    child.on('message', (answer: Answer) =>
      'failure' in answer ? reject(new Error(answer.failure)) : resolve(answer),
    );
    child.on('error', error => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      // Of no meaning after an answer.
      reject(new TrialEnded(`its driver ended the process that tried it (${signal ?? `code ${code}`})`));
    });
  });
}
