import type { Command } from 'commander';
import { memoryText, readExtent } from '../../runtime/engine/model-memory.ts';
import { Cancelled, UserError } from '../../runtime/errors.ts';
import { familiesText, familyOf, familyText } from '../../runtime/models/architectures/families/titles.ts';
import { modelTypeOf } from '../../runtime/models/config.ts';
import {
  bytesOf,
  cachedModels,
  installedAs,
  missingFiles,
  removeSnapshots,
  type Snapshot,
} from '../../runtime/models/hub/installed.ts';
import { knownModels } from '../../runtime/models/hub/known-models.ts';
import { isMeant, type ModelReference, parseReference, referenceText } from '../../runtime/models/hub/reference.ts';
import { parametersText, sizeText } from '../../runtime/models/hub/words.ts';
import { freeMemory, gibibytes, leastMemory, mayFit } from '../../runtime/onnxruntime/memory.ts';
import { fetchModel, hubModel } from '../../runtime/operations/hub.ts';
import type { FetchProgress, HubModel } from '../../runtime/results/models.ts';
import { command, guarded, withJson } from '../command.ts';
import { withEngine } from '../engine.ts';
import { interruptedExitCode, interruptible } from '../interrupt.ts';
import { plain } from '../plain.ts';
import { statusLine } from '../status-line.ts';
import { table } from '../table.ts';

interface Options {
  readonly json: boolean;
  readonly verbose: boolean;
}

const short = (commit: string): string => commit.slice(0, 8);
const print = (json: boolean, value: unknown, words: string): void =>
  void process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${plain(words)}\n`);

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('fetch models from the Hugging Face hub into the cache that Python shares, list and remove them');
  withJson(command(models, 'list', 'list the models that are installed, and well-known ones that can be added')).action(
    (options: Options) => guarded(() => list(options)),
  );
  withJson(command(models, 'add <name>', 'fetch a model: organisation/name, with @revision if you want one')).action(
    (name: string, options: Options) => guarded(() => add(name, options)),
  );
  withJson(command(models, 'remove <name>', 'remove a model, or with @revision that revision of it')).action(
    (name: string, options: Options) => guarded(() => remove(name, options)),
  );
  withJson(command(models, 'info <name>', 'show what the hub says of a model, and what of it is installed')).action(
    (name: string, options: Options) => guarded(() => info(name, options)),
  );
}

/** A name as a person gives it; of a well-known model the last part is enough. @throws UserError for what is no name. */
function referenceOf(text: string): ModelReference {
  const reference = parseReference(text);
  if (!reference)
    throw new UserError(`"${text}" is not a name on the hub; give organisation/name, with @revision if you want one.`);
  const known = knownModels.find(({ id }) => isMeant(reference.name, id));
  return known ? { ...reference, name: known.id } : reference;
}

interface Listed {
  readonly id: string;
  readonly revision: string;
  readonly refs: readonly string[];
  readonly folder: string;
  readonly bytes: number;
  /** `model_type` of its config.json, which names the family. */
  readonly type: string | null;
  /** Whether everything of it has been fetched. */
  readonly complete: boolean;
}

async function listed({ id, revision, refs, folder }: Snapshot): Promise<Listed> {
  const complete = !(await missingFiles(folder)).length;
  return {
    id,
    revision,
    refs,
    folder,
    bytes: await bytesOf(folder),
    type: (await modelTypeOf(folder)) ?? null,
    complete,
  };
}

/** What is to be said of an installed model that cannot be used as it is. */
function obstacleOf({ type, complete }: Listed): string {
  if (type !== null && !familyOf(type)) return `of the type "${type}", which is not computed here`;
  return complete ? '' : 'incomplete; "models add" continues the download, if it is a language model';
}

async function list({ json }: Options): Promise<void> {
  const installed = await Promise.all((await cachedModels()).map(listed));
  const known = knownModels.filter(({ id }) => !installed.some(model => model.id === id && model.complete));
  const here = table(
    ['installed', 'revision', 'size', ''],
    installed.map(model => [
      model.id,
      [short(model.revision), ...model.refs].join(' '),
      sizeText(model.bytes),
      obstacleOf(model),
    ]),
    ['size'],
  );
  const others = table(
    ['can be added', 'parameters', 'download', 'licence', ''],
    known.map(({ id, parameters, bytes, licence, gated, inPaper }) => [
      id,
      parametersText(parameters),
      `about ${sizeText(bytes)}`,
      gated ? `${licence}, to be accepted first` : licence,
      inPaper ? 'in the paper' : '',
    ]),
    ['parameters', 'download'],
  );
  const words = [
    installed.length ? here : 'No model is installed in the Hugging Face cache.',
    ...(known.length ? [others] : []),
    `Any other model of these families can be added by its name, too, with "models add organisation/name":\n${familiesText}.`,
  ];
  print(json, { installed, known }, words.join('\n\n'));
}

async function add(text: string, options: Options): Promise<void> {
  const reference = referenceOf(text);
  const model = referenceText(reference);
  const status = statusLine();
  const onProgress = ({ bytes, of }: FetchProgress): void =>
    status.show(`${model}: ${sizeText(bytes)} of ${sizeText(of)} (${Math.floor((100 * bytes) / Math.max(1, of))} %)`);
  const fetching = withEngine(options, engine =>
    interruptible(
      () => engine.kill(),
      signal => engine.call(fetchModel, { model }, { signal, onProgress }),
      '\nStopping; what has been fetched is kept, and the same command continues from there.\n',
    ),
  ).finally(() => status.done());
  const fetched = await fetching.catch((error: unknown) => {
    // What was interrupted has said what becomes of it.
    if (!(error instanceof Cancelled)) throw error;
    process.exitCode = interruptedExitCode;
  });
  if (!fetched) return;
  const { id, revision, folder } = fetched;
  const name = reference.revision === undefined ? id : referenceText({ name: id, revision: short(revision) });
  print(options.json, fetched, `${id} at revision ${short(revision)} lies in ${folder}.\nUse it with --model ${name}.`);
}

async function remove(text: string, { json }: Options): Promise<void> {
  const reference = referenceOf(text);
  const found = await installedAs(reference);
  const [first] = found;
  if (!first) throw new UserError(`${text} is not installed; "models list" shows what is.`);
  const of = found.filter(({ id }) => id === first.id);
  const freed = await removeSnapshots(first.id, of);
  const revisions = of.map(({ revision }) => short(revision)).join(', ');
  print(
    json,
    { id: first.id, revisions: of.map(({ revision }) => revision), bytes: freed },
    `Removed ${first.id} (${revisions}): ${sizeText(freed)} are free again.`,
  );
}

function described({ id, revision, gated, licence, type, parameters, bytes, problem }: HubModel): string {
  return [
    `model       ${id}`,
    `revision    ${revision}`,
    `family      ${type === null ? 'not told by the hub; it is checked before the weights are fetched' : familyText(type)}`,
    `licence     ${licence ?? 'none given'}${gated ? ', to be accepted on its page first' : ''}`,
    `parameters  ${parameters === null ? 'not counted by the hub' : parametersText(parameters)}`,
    `download    ${bytes === null ? problem : sizeText(bytes)}`,
  ].join('\n');
}

/** What training needs on this machine's processor: of an installed model from its files, else from its number of weights. */
async function memoryOf({ id, parameters, problem }: HubModel, installed: readonly Listed[]): Promise<string> {
  if (problem !== null) return 'not planned, as the model cannot be used here';
  const whole = installed.find(({ complete }) => complete);
  if (whole) return memoryText(id, await readExtent(whole.folder));
  if (parameters === null) return 'not known before it is fetched';
  const least = `at least ${gibibytes(leastMemory(parameters))} to train on the processor`;
  return mayFit(parameters) ? least : `${least}, and ${freeMemory()} are free: it does not fit here`;
}

async function info(text: string, options: Options): Promise<void> {
  const reference = referenceOf(text);
  const model = await withEngine(options, engine => engine.call(hubModel, { model: referenceText(reference) }));
  const installed = await Promise.all((await installedAs({ ...reference, revision: undefined })).map(listed));
  const here = installed.map(
    ({ revision, folder, complete }) =>
      `installed   ${short(revision)} in ${folder}${complete ? '' : ' (incomplete)'}${revision === model.revision ? '' : ' (not the revision above)'}`,
  );
  const memory = await memoryOf(model, installed);
  print(
    options.json,
    { ...model, installed, memory },
    [described(model), `memory      ${memory}`, ...(here.length ? here : ['installed   no'])].join('\n'),
  );
}
