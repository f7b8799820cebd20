import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { kinds as usualKinds } from './kinds.ts';
import { type Assignment, type Limits, type Outcome, usualLimits } from './protocol.ts';
import { prepareModel, prepareSeeds } from './seeds.ts';
import { makeInput } from './trials.ts';

export interface CampaignRequest {
  /** The bundle of main.ts, which is run once more for the trials. */
  readonly modulePath: string;
  /** Folder of the models that the intact files are made with. */
  readonly fixtures: string;
  readonly seed: number;
  /** Numbers of the trials. */
  readonly from: number;
  readonly count: number;
  /** All that there are, when left out. */
  readonly kinds?: readonly string[] | undefined;
  readonly limits?: Limits | undefined;
  /** Whether nothing is changed; it is when this is left out. */
  readonly intact?: boolean | undefined;
  /** Where inputs are kept that show a problem. */
  readonly kept: string;
  readonly onOutcome?: (outcome: Outcome) => void;
}

export interface CampaignResult {
  readonly outcomes: readonly Outcome[];
  readonly problems: readonly (Outcome & { readonly kept: string })[];
}

const hanging = 'it hangs: it did not end in time, also when it was cancelled';

/** A process is replaced after so many trials: models that were opened in it stay loaded. */
const trialsPerProcess = 250;
/** Tries changed files of every kind in processes of their own, and keeps those that show a problem. */
export async function runCampaign(request: CampaignRequest): Promise<CampaignResult> {
  const place = mkdtempSync(join(tmpdir(), 'proto-tokens-fuzz-'));
  const assignment: Assignment = {
    seed: request.seed,
    seeds: join(place, 'seeds'),
    scratch: join(place, 'scratch'),
    limits: request.limits ?? usualLimits,
    kinds: request.kinds ?? usualKinds.map(({ name }) => name),
    intact: request.intact ?? false,
  };
  const outcomes: Outcome[] = [];
  const problems: (Outcome & { readonly kept: string })[] = [];
  let current: TrialProcess | undefined;
  try {
    mkdirSync(assignment.scratch, { recursive: true });
    const known = usualKinds.some(({ name }) => assignment.kinds.includes(name));
    if (known) await prepareSeeds(assignment.seeds, request.fixtures);
    else prepareModel(assignment.seeds, request.fixtures);
    const attempt = async (index: number): Promise<Outcome> => {
      if (!current?.canGoOn) {
        current?.end();
        current = await TrialProcess.start(request.modulePath, assignment);
      }
      return (await current.do(index)) ?? lost(assignment, index, current.ending);
    };
    for (let index = request.from; index < request.from + request.count; index++) {
      let outcome = await attempt(index);
      if (outcome.slow) {
        // Once more by itself: something else may have kept the machine busy.
        current?.end();
        outcome = await attempt(index);
      }
      outcomes.push(outcome);
      request.onOutcome?.(outcome);
      if (outcome.problem !== undefined) problems.push({ ...outcome, kept: keep(request.kept, assignment, outcome) });
    }
  } finally {
    current?.end();
    rmSync(place, { recursive: true, force: true });
  }
  return { outcomes, problems };
}

/** A trial whose process ended or was ended. */
function lost(assignment: Assignment, index: number, problem: string): Outcome {
  const { kind, changed, inputBytes } = makeInput(assignment, index, join(assignment.scratch, `lost-${index}`));
  const { milliseconds } = assignment.limits;
  return {
    index,
    kind: kind.name,
    changed,
    inputBytes,
    refused: false,
    milliseconds,
    grownBytes: 0,
    slow: problem === hanging,
    problem,
  };
}

/** Keeps an input and what it shows. @returns its folder */
function keep(kept: string, assignment: Assignment, outcome: Outcome): string {
  const folder = join(kept, `${outcome.kind}-${assignment.seed}-${outcome.index}`);
  makeInput(assignment, outcome.index, join(folder, 'input'));
  // Checkpoints, records and caches are of the model that they were made with.
  cpSync(join(assignment.seeds, 'model'), join(folder, 'model'), { recursive: true });
  writeFileSync(join(folder, 'problem.txt'), `${outcome.changed}\n${outcome.problem}\n`);
  return folder;
}

/** A process that does trials, one at a time. */
class TrialProcess {
  /** Why it does no more. */
  ending = '';
  private done = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly limits: Limits,
  ) {}

  static async start(modulePath: string, assignment: Assignment): Promise<TrialProcess> {
    const child = fork(modulePath, ['trials', JSON.stringify(assignment)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // For models so small a second thread only waits for the first.
      env: { ...env, PROTO_TOKENS_THREADS: '1' },
    });
    const process = new TrialProcess(child, assignment.limits);
    let said = '';
    child.stderr?.on('data', piece => {
      said = `${said}${piece}`.slice(-2000);
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error(`no trials can be made: ${said}`)));
    });
    child.removeAllListeners('exit');
    child.once('exit', (code, signal) => {
      process.ending ||= `the process ended (${signal ?? code}): ${said}`;
    });
    return process;
  }

  get canGoOn(): boolean {
    return !this.ending && this.done < trialsPerProcess;
  }

  /** @returns undefined when the process did not outlive it */
  do(index: number): Promise<Outcome | undefined> {
    this.done++;
    return new Promise(resolve => {
      const over = (outcome: Outcome | undefined): void => {
        clearTimeout(timer);
        this.child.removeListener('message', answered);
        this.child.removeListener('exit', exited);
        resolve(outcome);
      };
      const answered = (outcome: unknown): void => over(outcome as Outcome);
      const exited = (): void => over(undefined);
      const { milliseconds, graceMilliseconds } = this.limits;
      const timer = setTimeout(
        () => {
          this.ending = hanging;
          this.child.kill('SIGKILL');
        },
        2 * milliseconds + graceMilliseconds,
      );
      this.child.once('message', answered);
      this.child.once('exit', exited);
      this.child.send(index);
    });
  }

  end(): void {
    this.ending ||= 'it was ended';
    this.child.kill('SIGKILL');
  }
}
