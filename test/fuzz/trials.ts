import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { handlers } from '../../src/runtime/engine/handlers/index.ts';
import { uniformSource } from '../../src/runtime/training/random.ts';
import { type Kind, type Shared, kinds as usualKinds } from './kinds.ts';
import { below, mutated } from './mutation.ts';
import { plantedKinds } from './planted.ts';
import type { Assignment, Outcome } from './protocol.ts';

const allKinds: ReadonlyMap<string, Kind> = new Map([...usualKinds, ...plantedKinds].map(kind => [kind.name, kind]));

/** The changed copy of a kind's folder: the same for the same seed and number. */
export function makeInput({ seed, seeds, kinds, intact }: Assignment, index: number, place: string) {
  const kind = allKinds.get(kinds[index % kinds.length] ?? '');
  if (!kind) throw new Error(`there is no kind ${kinds[index % kinds.length]}`);
  const uniform = uniformSource([seed, index], 'fuzz');
  const from = join(seeds, kind.folder);
  const paths = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => kind.damaged.test(path) && statSync(join(from, path)).isFile())
    .sort();
  const changed = paths[below(uniform, paths.length)];
  if (changed === undefined) throw new Error(`${kind.folder} has no file of the kind ${kind.name}`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  cpSync(from, place, { recursive: true });
  const file = readFileSync(join(from, changed));
  const bytes = intact ? file : mutated(uniform, file);
  writeFileSync(join(place, changed), bytes);
  return { kind, changed, inputBytes: bytes.length };
}

const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

/** Does one trial in this process. */
export async function tryOne(assignment: Assignment, shared: Shared, index: number): Promise<Outcome> {
  const place = join(assignment.scratch, `trial-${index}`);
  const { kind, changed, inputBytes } = makeInput(assignment, index, place);
  const { patienceMilliseconds, milliseconds: mostMilliseconds, bytes: mostBytes } = assignment.limits;
  const controller = new AbortController();
  const patience = setTimeout(() => controller.abort(), patienceMilliseconds);
  const [before, peakBefore, start] = [process.memoryUsage.rss(), peakBytes(), process.cpuUsage()];
  let refused = false;
  let problem: string | undefined;
  try {
    ({ refused } = await kind.use(place, changed, controller.signal, shared));
  } catch (error) {
    problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(patience);
  }
  // Its own time: something else may keep the machine busy.
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  const peak = peakBytes();
  // Where the peak is an earlier trial's, this one has stayed below it.
  const grownBytes = peak > peakBefore ? peak - before : 0;
  if (grownBytes > mostBytes + inputBytes)
    problem ??= `it took ${Math.round(grownBytes / 1e6)} MB for an input of ${inputBytes} bytes`;
  const slow = problem === undefined && milliseconds > mostMilliseconds;
  if (slow) problem ??= `it took ${(milliseconds / 1000).toFixed(1)} s`;
  rmSync(place, { recursive: true, force: true });
  return { index, kind: kind.name, changed, inputBytes, refused, milliseconds, grownBytes, slow, problem };
}

/** Does the trials whose numbers come from the parent process, one after the other. */
export async function serveTrials(assignment: Assignment): Promise<void> {
  // What the engine logs is of no interest here.
  process.stdout.write = () => true;
  console.info = () => undefined;
  const shared: Shared = { seeds: assignment.seeds, handlers: handlers() };
  const warm: Assignment = { ...assignment, seed: -1, kinds: ['proto'] };
  if (assignment.kinds.some(name => usualKinds.some(kind => kind.name === name))) await warmUp(warm, shared);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (index: number) => {
    void tryOne(assignment, shared, index).then(outcome => process.send?.(outcome));
  });
  process.send?.('ready');
}

/** The runtime and the intact model are loaded by the first use of them, whatever the input is. */
async function warmUp(assignment: Assignment, shared: Shared): Promise<void> {
  for (const { name, folder } of usualKinds.filter(({ name: known }) => ['proto', 'solutions'].includes(known))) {
    const place = join(assignment.scratch, `warm-${name}`);
    cpSync(join(assignment.seeds, folder), place, { recursive: true });
    const [first = ''] = readdirSync(place).sort();
    const kind = allKinds.get(name);
    const trial = await kind?.use(place, first, new AbortController().signal, shared);
    if (trial?.refused && name === 'solutions') throw new Error('the intact files are refused');
    rmSync(place, { recursive: true });
  }
}
