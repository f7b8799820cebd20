// Runs the paper's experiments on the two models that are included, at a size that two cores compute in some hours, and
// writes the reports that docs/reproduction.md shows. What is computed already is not computed again.
//
//   node tools/reproduction.mjs [demo] [sibling] [--only EXPERIMENT,...] [--reports]
import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {Record<string, string>} */
const models = { demo: 'media/demo-model', sibling: 'bench/models/neox-sibling' };

const lengths = 'lengths=4,8,16,32,64,90,128,181';

/**
 * Name of a run, its experiment, and what differs from the preset: a setting, or an option with its value.
 *
 * @type {readonly (readonly [name: string, experiment: string, ...settings: string[]])[]}
 */
const runs = [
  ['connectivity', 'connectivity', 'texts=3', 'seeds=4'],
  ['distances', 'distances'],
  ['similarity', 'similarity'],
  ['sharing', 'sharing', 'seeds=5', 'budget=500'],
  ['horizon', 'horizon', 'longest=128'],
  ['arrangements', 'arrangements', 'lengths=1,2,4,8,16,32,64', 'texts=10', 'budget=300'],
  ['information', 'information', 'lengths=8,16,32,64,128', 'budget=600'],
  ['information-paper', 'information', 'lengths=8,16,32', 'texts=4', 'recipe=paper', 'budget=5000'],
  ['capacity', 'capacity', lengths, 'texts=10', 'shared=none,m', 'budget=600'],
  ['capacity-words', 'capacity', '--words english', 'lengths=4,8,16,32,64', 'texts=6', 'budget=600'],
  ['capacity-generated', 'capacity', '--generate 128', 'lengths=4,8,16,32,64', 'texts=6', 'budget=600'],
  ['throughput', 'throughput'],
  ['training-time', 'training-time'],
];

/** @param {readonly string[]} args @returns {Promise<void>} */
function cli(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dist/cli.mjs', ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('close', status =>
      status === 0 ? resolve() : reject(new Error(`"${args.join(' ')}" ended with exit code ${status}.`)),
    );
  });
}

/** @param {string} setting @returns {string[]} */
const asArguments = setting => (setting.startsWith('--') ? setting.split(' ') : ['--set', setting]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, reports: { type: 'boolean', default: false } },
});
const wanted = values.only?.split(',');
for (const [model, folder] of Object.entries(models).filter(
  ([name]) => !positionals.length || positionals.includes(name),
))
  for (const [name, experiment, ...settings] of runs.filter(([run]) => !wanted || wanted.includes(run))) {
    const records = `reproduction/${model}/${name}`;
    const asked = ['--model', folder, '--device', 'cpu', '--out', records, ...settings.flatMap(asArguments)];
    if (!values.reports) await cli(['experiment', 'run', experiment, ...asked]);
    const report = join('docs', records);
    await cli(['experiment', 'report', records, '--out', report]);
    // The documentation shows the Markdown with its SVG.
    for (const file of readdirSync(join(root, report)))
      if (/\.(html|png)$/.test(file)) rmSync(join(root, report, file));
  }
