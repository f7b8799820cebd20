import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { counted } from '../../runtime/counted.ts';
import { familiesText, familyOf } from '../../runtime/models/architectures/families/titles.ts';
import { modelTypeOf } from '../../runtime/models/config.ts';
import { accessFromEnvironment } from '../../runtime/models/hub/access.ts';
import { cachedModels } from '../../runtime/models/hub/installed.ts';
import { type KnownModel, knownModels } from '../../runtime/models/hub/known-models.ts';
import { availableMemory } from '../../runtime/onnxruntime/free-memory.ts';
import { gibibytes, leastMemory, mayFit } from '../../runtime/onnxruntime/memory.ts';
import { threadsFrom } from '../../runtime/onnxruntime/threads.ts';
import { diagnose } from '../../runtime/operations/models.ts';
import type { DeviceState } from '../../runtime/results/devices.ts';
import { command, guarded, withJson } from '../command.ts';
import { withEngine } from '../engine.ts';

interface Options {
  readonly json: boolean;
  readonly verbose: boolean;
}

const namesOf = (models: readonly KnownModel[] = []): string =>
  models.map(({ id, parameters }) => `${id} (${gibibytes(leastMemory(parameters))})`).join(', ') || 'none';
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;

const verdicts: Readonly<Record<DeviceState['state'], string>> = {
  used: 'is used',
  slower: 'works, and is not used',
  unusable: 'cannot be used',
  absent: 'does not exist on this system',
};

function describe({ device, state, gigaflops, reason, remedy }: DeviceState): string {
  const rate = gigaflops === null ? '' : ` (${gigaflops} GFLOP/s)`;
  const more = [reason, remedy].filter(Boolean).map(text => `          ${sentence(text)}`);
  return [`  ${device.padEnd(6)}  ${verdicts[state]}${rate}`, ...more].join('\n');
}

export function addDoctor(program: Command): void {
  withJson(
    command(program, 'doctor', 'show which devices there are, which one is used, and why the others are not'),
  ).action((options: Options) => guarded(() => doctor(options)));
}

/** What this machine offers for computing, and where models come from. */
async function doctor(options: Options): Promise<void> {
  const threads = threadsFrom(process.env) ?? null;
  const access = await accessFromEnvironment();
  const types = await Promise.all((await cachedModels()).map(({ folder }) => modelTypeOf(folder)));
  const machine = {
    node: process.version,
    platform: `${process.platform}/${process.arch}`,
    cores: availableParallelism(),
    threads,
    memoryFree: availableMemory(),
  };
  const paper = knownModels.filter(({ inPaper }) => inPaper);
  const [fitting, tooLarge] = [true, false].map(fits => paper.filter(model => mayFit(model.parameters) === fits));
  const hub = {
    endpoint: access.endpoint,
    offline: access.offline,
    token: access.token !== undefined,
    cache: access.cache,
    diskFree: await access.freeBytes(access.cache),
    models: types.length,
    /** Those of a family that is computed. */
    usable: types.filter(type => type !== undefined && familyOf(type)).length,
  };
  const devices = await withEngine(options, engine => engine.call(diagnose, {}));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ devices, machine, hub })}\n`);
    return;
  }
  const cores = `${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}`;
  const lines = [
    'Devices in the order in which they are tried; the first one that computes what the processor does, and faster, is used:',
    '',
    ...devices.map(describe),
    '',
    'Machine:',
    '',
    `  Node    ${machine.node} on ${machine.platform}`,
    `  CPU     ${cores}, ${threads === null ? 'all of them used' : `PROTO_TOKENS_THREADS sets ${threads}`}`,
    `  memory  ${gibibytes(machine.memoryFree)} free${process.env.PROTO_TOKENS_MEMORY ? ', PROTO_TOKENS_MEMORY allows no more' : ''}`,
    `  models  of the paper that fit on the processor: ${namesOf(fitting)}`,
    ...(tooLarge?.length ? [`          too large for it: ${namesOf(tooLarge)}`] : []),
    '',
    'Models:',
    '',
    `  hub     ${hub.endpoint}${hub.offline ? ', not asked because HF_HUB_OFFLINE is set' : ''}`,
    `  token   ${hub.token ? 'found' : 'none; needed for gated models only: set HF_TOKEN, or log in with "hf auth login"'}`,
    `  cache   ${hub.cache}: ${counted(hub.models, 'model')}${hub.models ? `, ${hub.usable} of the families that are computed here` : ''}; ${gibibytes(hub.diskFree)} free on the disk`,
    `  family  ${familiesText} are computed`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
