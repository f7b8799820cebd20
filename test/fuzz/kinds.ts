import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Handler } from '../../src/runtime/engine/handler.ts';
import { readRequest, recordsFile } from '../../src/runtime/experiments/folder.ts';
import { addCurves, sameSolutions } from '../../src/runtime/files/curves.ts';
import { parseSafetensors, writeSafetensors } from '../../src/runtime/files/safetensors.ts';
import { bytesOf, cachedModels, installedAs, missingFiles } from '../../src/runtime/models/hub/installed.ts';
import { connect, distances, lossSurface, probe } from '../../src/runtime/operations/analyses.ts';
import { compress, decode, evaluate, inspect, nearest, vectors } from '../../src/runtime/operations/compression.ts';
import { reportExperiment, runExperiment } from '../../src/runtime/operations/experiments.ts';
import { findModel } from '../../src/runtime/operations/hub.ts';
import { surprisal, tokenize, tokenTexts } from '../../src/runtime/operations/models.ts';
import { findSolutions, gatherSolutions, inspectSolutions } from '../../src/runtime/operations/solutions.ts';
import { readFileHead } from '../../src/views/files/file-head.ts';
import { JobStore } from '../../src/views/jobs/job-store.ts';
import { answerKinds } from './answer-kinds.ts';
import { compression, curves, experiments, families, search, text, texts } from './seeds.ts';
import { Trial } from './trial.ts';

/** What all trials of a process have in common. */
export interface Shared {
  /** Of the intact files. */
  readonly seeds: string;
  /** With the intact model loaded. */
  readonly handlers: readonly Handler[];
}

/** A kind of file: intact ones, which of them is changed, and what is done with it then. */
export interface Kind {
  readonly name: string;
  /** Folder of intact files, below that of the seeds; the trial has a copy of it. */
  readonly folder: string;
  /** Which of them may be changed. */
  readonly damaged: RegExp;
  /** @param changed path of the changed file in the trial's folder */
  readonly use: (folder: string, changed: string, signal: AbortSignal, shared: Shared) => Promise<Trial>;
}

const cpu = { device: 'cpu' as const };

/** Everything that is done with a .tokens.proto. */
const useProto: Kind['use'] = async (folder, changed, signal, { seeds, handlers }) => {
  const trial = new Trial(folder, signal, handlers);
  const on = { folder: join(seeds, 'model'), ...cpu };
  const [file, name] = [new Uint8Array(await readFile(join(folder, changed))), basename(changed)];
  await trial.attempt(async () => trial.ask(inspect, { ...(await readFileHead(join(folder, changed))), name }));
  await trial.ask(vectors, { file, name });
  await trial.ask(findModel, { file, name, folders: [on.folder] });
  await trial.ask(decode, { ...on, file, name });
  await trial.ask(evaluate, { ...on, file, name });
  await trial.ask(nearest, { ...on, file, name });
  await trial.ask(gatherSolutions, { ...on, files: [{ file, name }] });
  await trial.ask(probe, { ...on, file, name, options: { tokens: 2, samples: 1 } });
  await trial.ask(compress, { ...on, job: 'x', text, options: compression, continueFrom: file });
  return trial;
};

/** Everything that is done with a NAME.solutions.json. */
const useSolutions: Kind['use'] = async (folder, changed, signal, { seeds, handlers }) => {
  const trial = new Trial(folder, signal, handlers);
  const on = { folder: join(seeds, 'model'), ...cpu };
  const [file, name] = [new Uint8Array(await readFile(join(folder, changed))), basename(changed)];
  await trial.ask(inspectSolutions, { file, name });
  await trial.ask(findModel, { file, name, folders: [on.folder] });
  await trial.ask(distances, { ...on, files: [{ file, name }], options: { minimumAccuracy: 0, semantic: 'off' } });
  await trial.ask(connect, { ...on, file, name, options: { ...curves, pairs: 'stored' } });
  await trial.ask(lossSurface, { ...on, file, name, pair: { first: 0, second: 1 }, points: 3 });
  await trial.ask(probe, { ...on, file, name, options: { tokens: 2, samples: 1 } });
  const curve = { first: 0, second: 1, steps: 1, e: new Float32Array(4), m: new Float32Array(4) };
  await trial.attempt(() => addCurves(file, [curve], name));
  sameSolutions(file, new Uint8Array(file.subarray(0, -1)));
  return trial;
};

/** Opens a model folder and computes with it, in a process that has no other model. */
const useModel: Kind['use'] = async (folder, _changed, signal) => {
  const trial = new Trial(folder, signal);
  const on = { folder, ...cpu };
  await trial.ask(tokenize, { ...on, text });
  await trial.ask(tokenTexts, { ...on, ids: [0, 1, 511, 2 ** 31 - 1] });
  if (trial.refused) return trial;
  await trial.ask(compress, { ...on, job: 'x', text, options: compression });
  await trial.ask(surprisal, { ...on, text });
  return trial;
};

/** The checkpoint with the hash of what it says now, as somebody would write it; unchanged where it says nothing. */
async function resealed(path: string): Promise<void> {
  try {
    const bytes = new Uint8Array(await readFile(path));
    const { metadata, tensors, dataStart } = parseSafetensors(bytes, path);
    const data = bytes.subarray(dataStart);
    const sha256 = createHash('sha256')
      .update(metadata.content ?? '')
      .update(data)
      .digest('hex');
    const kept = [...tensors].map(([name, { dtype, shape, begin, end }]) => ({
      ...{ name, dtype, shape: [...shape], bytes: bytes.subarray(begin, end) },
    }));
    await writeFile(path, writeSafetensors({ ...metadata, sha256 }, kept));
  } catch {
    // It is no such file any more.
  }
}

/** Goes on from a damaged checkpoint: it may be refused, and the work is done all the same. */
const useCheckpoint: Kind['use'] = async (folder, changed, signal, { seeds, handlers }) => {
  const trial = new Trial(folder, signal, handlers);
  const on = { folder: join(seeds, 'model'), ...cpu, checkpoint: join(folder, changed) };
  const name = basename(changed, '.checkpoint');
  if (name === 'solutions') await trial.ask(findSolutions, { ...on, texts, options: search });
  else if (name === 'curves') {
    const file = new Uint8Array(await readFile(join(seeds, 'solutions/without-curves.solutions.json')));
    await trial.ask(connect, { ...on, file, name: 'x', options: curves });
  } else {
    const options = { plain: {}, shared: { sharedM: true }, wide: { storage: 'F32' as const } }[name];
    await trial.ask(compress, { ...on, job: 'x', text, options: { ...compression, ...options } });
  }
  return trial;
};

const useExperiment =
  (name: string, settings: Readonly<Record<string, unknown>>): Kind['use'] =>
  async (folder, _changed, signal, { seeds, handlers }) => {
    const trial = new Trial(folder, signal, handlers);
    await trial.attempt(() => readRequest(folder));
    const given = { name, preset: 'quick' as const, settings, texts: texts.map(one => one.text) };
    const on = { folder: join(seeds, 'model'), ...cpu, records: recordsFile(folder) };
    await trial.ask(reportExperiment, { ...on, ...given });
    await trial.ask(runExperiment, { ...on, ...given });
    return trial;
  };

/** The Hugging Face cache as another program, or somebody, has left it. */
const useHub: Kind['use'] = async (folder, _changed, signal, { handlers }) => {
  const trial = new Trial(folder, signal, handlers);
  const found = (await trial.attempt(() => cachedModels(folder))) ?? [];
  for (const revision of [undefined, 'main', '0123456'])
    await trial.attempt(() => installedAs({ name: 'a/b', revision }, folder));
  for (const snapshot of found) {
    await trial.attempt(() => missingFiles(snapshot.folder));
    await trial.attempt(() => bytesOf(snapshot.folder));
    await trial.ask(tokenize, { ...cpu, folder: snapshot.folder, text });
  }
  return trial;
};

/** What a window keeps of its jobs, as the next one finds it. */
const useJobs: Kind['use'] = async (folder, _changed, signal, { handlers }) => {
  const trial = new Trial(folder, signal, handlers);
  const loaded = await trial.attempt(() => new JobStore(folder).load());
  trial.refused ||= Boolean(loaded?.damaged.length);
  return trial;
};

export const kinds: readonly Kind[] = [
  { name: 'proto', folder: 'proto', damaged: /\.proto$/, use: useProto },
  { name: 'solutions', folder: 'solutions', damaged: /\.json$/, use: useSolutions },
  { name: 'weights', folder: 'model', damaged: /\.safetensors$/, use: useModel },
  { name: 'configuration', folder: 'model', damaged: /^config\.json$/, use: useModel },
  { name: 'tokenizer', folder: 'model', damaged: /^tokenizer(_config)?\.json$/, use: useModel },
  ...families.map(name => ({
    name,
    folder: name,
    damaged: /^(.*\.safetensors|config\.json|tokenizer\.json|.*\.index\.json)$/,
    use: useModel,
  })),
  { name: 'checkpoint', folder: 'checkpoints', damaged: /\.checkpoint$/, use: useCheckpoint },
  {
    name: 'checkpoint-resealed',
    folder: 'checkpoints',
    damaged: /\.checkpoint$/,
    use: async (folder, changed, signal, shared) => {
      await resealed(join(folder, changed));
      return await useCheckpoint(folder, changed, signal, shared);
    },
  },
  ...experiments.map(({ name, settings }) => ({
    name: `experiment-${name}`,
    folder: `experiments/${name}`,
    damaged: /\.jsonl?$/,
    use: useExperiment(name, settings),
  })),
  { name: 'hub', folder: 'hub', damaged: /(refs\/.*|config\.json|index\.json)$/, use: useHub },
  { name: 'jobs', folder: 'jobs', damaged: /\.(json|jsonl|proto|start)$/, use: useJobs },
  ...answerKinds,
];
