import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handler } from '../../src/runtime/engine/handler.ts';
import { handlers } from '../../src/runtime/engine/handlers/index.ts';
import { recordsFile, writeRequest } from '../../src/runtime/experiments/folder.ts';
import { addCurves } from '../../src/runtime/files/curves.ts';
import { openModel } from '../../src/runtime/models/model.ts';
import { connect } from '../../src/runtime/operations/analyses.ts';
import { compress } from '../../src/runtime/operations/compression.ts';
import { runExperiment } from '../../src/runtime/operations/experiments.ts';
import type { Operation, Parameters, ParametersOf } from '../../src/runtime/operations/operation.ts';
import { findSolutions } from '../../src/runtime/operations/solutions.ts';
import { computations } from '../fixtures/names.ts';
import { prepareAnswers } from './answer-seeds.ts';
import { prepareJobs } from './job-seeds.ts';

/** Models of every other computation, and one in shards. */
export const families = ['llama-sharded-f16', ...computations.filter(name => name !== 'llama-tied-bf16')] as const;

/** Small enough that everything takes milliseconds. */
export const text = 'The sea was calm that night.';
export const texts = [
  { title: 'a', text: 'The sea was calm.' },
  { title: 'b', text: 'I will go home.' },
];
export const compression = { budget: 2, segmentLength: 8 };
export const search = { budget: 2, seeds: 2 };
export const curves = { pairs: 'all' as const, steps: 2, grid: 3, minimumAccuracy: 0 };
export const experiments = [
  { name: 'capacity', settings: { lengths: [2, 4], texts: 2, budget: 2 } },
  { name: 'similarity', settings: { contexts: 2, continuations: 2, context: 3, length: 3, budget: 2 } },
  { name: 'connectivity', settings: { length: 2, texts: 1, seeds: 2, steps: 2, points: 3, budget: 2 } },
  { name: 'horizon', settings: { texts: 1, longest: 3, budget: 2 } },
] as const;

async function asked<P extends Parameters, Result, Progress>(
  all: readonly Handler[],
  operation: Operation<P, Result, Progress>,
  parameters: ParametersOf<P>,
): Promise<Result> {
  const handler = all.find(({ name }) => name === operation.name);
  if (!handler) throw new Error(`there is no operation ${operation.name}`);
  return (await handler.run(parameters, { signal: new AbortController().signal, report: () => undefined })) as Result;
}

/** Puts the model there that most kinds are of. @returns its folder */
export function prepareModel(folder: string, fixtures: string): string {
  const model = join(folder, 'model');
  cpSync(join(fixtures, 'llama-tied-bf16'), model, { recursive: true });
  return model;
}

/** Makes a file of every kind that is read, intact, into a folder. */
export async function prepareSeeds(folder: string, fixtures: string): Promise<void> {
  const all = handlers();
  const model = prepareModel(folder, fixtures);
  for (const name of families) cpSync(join(fixtures, name), join(folder, name), { recursive: true });
  const on = { folder: model, device: 'cpu' as const };
  const write = (path: string, content: Uint8Array | string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  for (const [name, options] of Object.entries({
    plain: {},
    shared: { sharedM: true },
    wide: { storage: 'F32' as const },
  })) {
    const checkpoint = join(folder, 'checkpoints', `${name}.checkpoint`);
    mkdirSync(join(checkpoint, '..'), { recursive: true });
    const { file } = await asked(all, compress, {
      ...on,
      job: name,
      text,
      options: { ...compression, ...options },
      checkpoint,
    });
    write(`proto/${name}.tokens.proto`, file);
  }

  const found = await asked(all, findSolutions, {
    ...on,
    texts,
    options: search,
    checkpoint: join(folder, 'checkpoints/solutions.checkpoint'),
  });
  write('solutions/without-curves.solutions.json', found.file);
  const connected = await asked(all, connect, {
    ...on,
    file: found.file,
    name: 'x',
    options: curves,
    checkpoint: join(folder, 'checkpoints/curves.checkpoint'),
  });
  write('solutions/with-curves.solutions.json', addCurves(found.file, connected.curves, 'x'));

  const { id, fingerprint } = await openModel(model);
  for (const { name, settings } of experiments) {
    const place = join(folder, 'experiments', name);
    mkdirSync(place, { recursive: true });
    const given = { name, preset: 'quick' as const, settings, texts: texts.map(({ text: one }) => one) };
    await asked(all, runExperiment, { ...on, ...given, records: recordsFile(place) });
    const source = { name: 'x', sha256: '', texts: 2, paths: [], cut: 'whole' as const, words: null };
    const request = { experiment: name, preset: 'quick' as const, settings, model: { folder: model, id, fingerprint } };
    await writeRequest(place, { ...request, device: 'cpu', source, software: '0' });
  }

  const commit = '0123456789abcdef0123456789abcdef01234567';
  write('hub/models--a--b/refs/main', commit);
  write('hub/models--a--b/refs/pr/1', commit);
  cpSync(join(fixtures, 'llama-sharded-f16'), join(folder, 'hub/models--a--b/snapshots', commit), { recursive: true });

  prepareJobs(write, on);
  await prepareAnswers(folder, model);
}
