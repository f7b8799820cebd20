// Changed files of every kind, through the parsers and on through a tiny model: see CONTRIBUTING.md.
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { runCampaign } from './campaign.ts';
import { kinds } from './kinds.ts';
import type { Assignment, Outcome } from './protocol.ts';
import { serveTrials } from './trials.ts';

/** How far it is, is said now and then. */
const linesEvery = 1000;

/** The bundle lies in a folder of the repository. */
const inRepository = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const names = kinds.map(({ name }) => name);

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

function known(text: string): string[] {
  const given = text.split(',');
  const other = given.find(name => !names.includes(name));
  if (other !== undefined) throw new InvalidArgumentError(`There is no kind ${other}; there are ${names.join(', ')}.`);
  return given;
}

interface Options {
  readonly seed: number;
  readonly inputs: number;
  readonly from: number;
  readonly kinds?: readonly string[];
}

/** One line for each kind: how many there were, how many were refused, and the most that one took. */
function tableOf(outcomes: readonly Outcome[]): string {
  const lines = names.flatMap(name => {
    const own = outcomes.filter(({ kind }) => kind === name);
    if (!own.length) return [];
    const seconds = Math.max(...own.map(({ milliseconds }) => milliseconds)) / 1000;
    const megabytes = Math.max(...own.map(({ grownBytes }) => grownBytes)) / 1e6;
    const refused = own.filter(outcome => outcome.refused).length;
    return [
      `${name.padEnd(24)} ${String(own.length).padStart(6)} inputs, ${String(refused).padStart(6)} refused, at most ${seconds.toFixed(1)} s and ${megabytes.toFixed(0)} MB`,
    ];
  });
  return lines.join('\n');
}

async function fuzz({ seed, inputs, from, kinds: chosen }: Options): Promise<void> {
  // What an engine logs is of no interest here.
  console.info = () => undefined;
  const kept = inRepository('.cache/fuzz');
  console.log(`seed ${seed}, inputs ${from} to ${from + inputs - 1}`);
  const start = performance.now();
  const { outcomes, problems } = await runCampaign({
    modulePath: fileURLToPath(import.meta.url),
    fixtures: inRepository('test/fixtures/models'),
    seed,
    from,
    count: inputs,
    kinds: chosen,
    kept,
    onOutcome: ({ index, kind, problem }) => {
      const done = index - from + 1;
      if (done % linesEvery === 0 && done < inputs) console.log(`${done} of ${inputs} inputs`);
      if (problem !== undefined) console.log(`input ${index} (${kind}): ${problem}`);
    },
  });
  console.log(tableOf(outcomes));
  console.log(
    `${outcomes.length} inputs, ${problems.length} problems, ${Math.round((performance.now() - start) / 1000)} s`,
  );
  for (const { index, kind, kept: folder } of problems)
    console.log(
      `${folder}: again with npm run fuzz -- --seed ${seed} --from ${index} --inputs 1${chosen ? ` --kinds ${chosen.join()}` : ''} (${kind})`,
    );
  if (problems.length) process.exitCode = 1;
}

const program = new Command('fuzz').description(
  'Changes files of every kind, reads them and computes with them: nothing may end in a stack, hang for 5 s, or take 200 MB more than the input.',
);
program
  .command('run', { isDefault: true })
  .option(
    '--seed <number>',
    'seed of the changes; another one each day when left out',
    whole,
    Math.floor(Date.now() / 864e5),
  )
  .option('--inputs <count>', 'number of inputs', whole, 10_000)
  .option('--from <number>', 'number of the first input', whole, 0)
  .option('--kinds <names>', `kinds of files, separated by commas: ${names.join(', ')}`, known)
  .action(fuzz);
program
  .command('trials', { hidden: true })
  .argument('<assignment>')
  .action((assignment: string) => serveTrials(JSON.parse(assignment) as Assignment));
await program.parseAsync();
