import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { distanceReport } from '../../../src/runtime/analysis/distances/report.ts';
import { semanticDistances } from '../../../src/runtime/analysis/semantic/semantic-distances.ts';
import {
  allMiniLm,
  fetchSentenceModel,
  type PinnedSentenceModel,
} from '../../../src/runtime/analysis/semantic/sentence-model.ts';
import { embedSentences } from '../../../src/runtime/analysis/semantic/sentences.ts';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { readSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { snapshotsOf } from '../../../src/runtime/models/hub/installed.ts';
import { TextTokenizer } from '../../../src/runtime/models/tokenizer.ts';
import { floats, GraphSession } from '../../../src/runtime/onnxruntime/session.ts';
import { distances } from '../../../src/runtime/operations/analyses.ts';
import { findSolutions } from '../../../src/runtime/operations/solutions.ts';
import { filesIn, serveHub, sha256 } from '../../support/hub-server.ts';
import { demoModel, inRepository, temporaryFolder } from '../../support/paths.ts';
import { idsOf, writeSmallBert } from '../../support/small-bert.ts';
import { userErrorOf } from '../../support/user-error.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const texts = ['The sea was calm.', 'the lamp burned', 'Sea'];
const tokens = [['the', 'sea', 'was', 'calm', '.'], ['the', 'lamp', 'burn', '##ed'], ['sea']];

/** The mean of the last hidden states, each text by itself, at length 1. */
async function embedDirectly(bytes: Uint8Array): Promise<Float32Array[]> {
  const session = await GraphSession.create(
    { bytes, weightFolder: undefined },
    { device: 'cpu', prepareWeights: false },
  );
  const found: Float32Array[] = [];
  for (const words of tokens) {
    const ids = BigInt64Array.from(idsOf(...words));
    const shape = [1, ids.length];
    const outputs = await session.run({
      input_ids: { values: ids, shape },
      attention_mask: { values: new BigInt64Array(ids.length).fill(1n), shape },
      token_type_ids: { values: new BigInt64Array(ids.length), shape },
    });
    const hidden = floats(outputs, 'last_hidden_state');
    const width = hidden.length / ids.length;
    const mean = Float32Array.from({ length: width }, (_, i) =>
      hidden.filter((_v, j) => j % width === i).reduce((a, b) => a + b, 0),
    );
    const norm = Math.hypot(...mean);
    found.push(mean.map(x => x / norm));
  }
  await session.dispose();
  return found;
}

/** The small model in the place of the paper's. */
function pinned(folder: string): PinnedSentenceModel {
  const files = filesIn(folder);
  const pin = (path: string) => {
    const content = files[path] ?? new Uint8Array();
    return { bytes: content.length, sha256: sha256(content) };
  };
  return {
    ...allMiniLm,
    revision: commit,
    files: {
      'config.json': pin('config.json'),
      'tokenizer.json': pin('tokenizer.json'),
      'onnx/model.onnx': pin('onnx/model.onnx'),
    },
    mostTokens: 16,
  };
}

const filesOf = (folder: string) => ({
  folder,
  tokenizer: new Uint8Array(readFileSync(join(folder, 'tokenizer.json'))),
});

describe('sentence embeddings', () => {
  test('are the mean of the last hidden states at length 1, in one batch as well as alone', async () => {
    const folder = join(temporaryFolder(), 'bert');
    const expected = await embedDirectly(writeSmallBert(folder));
    const found = await embedSentences(filesOf(folder), texts, 16);
    expect(found).toHaveLength(3);
    for (const [i, embedding] of found.entries())
      for (const [j, x] of embedding.entries()) expect(x).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, 4);
  });

  test('are of the beginning of a text that is too long, with the marks around it', async () => {
    const folder = join(temporaryFolder(), 'bert');
    writeSmallBert(folder);
    const [long, short] = await embedSentences(filesOf(folder), ['the sea was calm . the lamp', 'the sea was'], 5);
    for (const [j, x] of (long ?? []).entries()) expect(x).toBeCloseTo(short?.[j] ?? Number.NaN, 4);
  });

  test('need a model', async () => {
    const folder = join(temporaryFolder(), 'bert');
    writeSmallBert(folder);
    writeFileSync(join(folder, 'onnx', 'model.onnx'), new Uint8Array(100));
    expect(await userErrorOf(() => embedSentences(filesOf(folder), texts, 16))).toMatch(/cannot be loaded/);
  });
});

const repository = 'models--sentence-transformers--all-MiniLM-L6-v2';

describe('the sentence model is pinned to a commit and to what its files hold:', () => {
  let cache: string;
  beforeEach(() => {
    cache = temporaryFolder();
    vi.stubEnv('HF_HUB_CACHE', join(cache, 'hub'));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
  });
  const served = async (change: (files: Record<string, Uint8Array>) => Record<string, Uint8Array> = files => files) => {
    const folder = join(temporaryFolder(), 'bert');
    writeSmallBert(folder);
    const other = 'f'.repeat(40);
    const hub = await serveHub({
      [allMiniLm.name]: {
        commits: { [commit]: change(filesIn(folder)), [other]: { 'config.json': new Uint8Array(1) } },
        // What "main" leads to now does not matter.
        branches: { main: other },
      },
    });
    vi.stubEnv('HF_ENDPOINT', hub.address);
    return { hub, model: pinned(folder) };
  };

  test('the numbers are those of a commit and of three files', () => {
    expect(allMiniLm.revision).toMatch(/^[0-9a-f]{40}$/);
    for (const { sha256: digits } of Object.values(allMiniLm.files)) expect(digits).toMatch(/^[0-9a-f]{64}$/);
  });

  test('it is fetched at that commit, and used from the cache then', async () => {
    const { model } = await served();
    expect((await semanticDistances(texts, 'cached', model)).missing).toMatch(/not in the Hugging Face cache/);
    const { distances: fetched } = await semanticDistances(texts, 'fetch', model);
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
    expect((await semanticDistances(texts, 'cached', model)).distances).toEqual(fetched);
    expect(await snapshotsOf(join(cache, 'hub'), model.name)).toMatchObject([{ revision: commit, refs: [] }]);
  });

  test('a hub that announces other weights at that commit is refused before they are fetched', async () => {
    const { hub, model } = await served(files => ({ ...files, 'onnx/model.onnx': new Uint8Array(1000) }));
    expect(await userErrorOf(() => fetchSentenceModel(model))).toMatch(/announces another onnx\/model\.onnx/);
    expect(hub.asked.filter(({ path }) => path.includes('model.onnx'))).toEqual([]);
  });

  test('a small file that is another one at the same size is not used', async () => {
    const { model } = await served(files => ({
      ...files,
      'tokenizer.json': (files['tokenizer.json'] ?? new Uint8Array()).with(20, 0x20),
    }));
    expect(await userErrorOf(() => fetchSentenceModel(model))).toMatch(/tokenizer\.json is not the file that was/);
    expect((await semanticDistances(texts, 'cached', model)).missing).toMatch(/tokenizer\.json is not the file/);
  });

  test('a hub without one of its files is refused', async () => {
    const { model } = await served(({ 'tokenizer.json': _, ...files }) => files);
    expect(await userErrorOf(() => fetchSentenceModel(model))).toMatch(/lacks 1 file on this hub/);
  });

  test('weights that somebody has put into the cache are not used, and the right ones can be fetched still', async () => {
    const { model } = await served();
    const planted = join(cache, 'hub', repository, 'snapshots', 'e'.repeat(40));
    writeSmallBert(planted);
    writeFileSync(join(planted, 'onnx', 'model.onnx'), new Uint8Array(model.files['onnx/model.onnx'].bytes));
    expect((await semanticDistances(texts, 'cached', model)).missing).toMatch(/model\.onnx is not the file that was/);
    expect((await semanticDistances(texts, 'fetch', model)).distances).toHaveLength(9);
    expect((await semanticDistances(texts, 'cached', model)).distances).toHaveLength(9);
  });

  test('a report of distances has those by meaning between all pairs of texts', async () => {
    const snapshot = join(cache, 'hub', repository, 'snapshots', commit);
    const expected = await embedDirectly(writeSmallBert(snapshot));
    const set = readSolutions(await solutionsOf(startEngine(cache)), 'x.solutions.json');
    const options = { measure: 'cosine', over: 'e', order: 'text', minimumAccuracy: 0, semantic: 'cached' } as const;
    const report = await distanceReport(set, await TextTokenizer.load(demoModel), options, pinned(snapshot));
    expect(report.semanticMissing).toBeNull();
    expect(report.semanticPairs.map(({ texts: pair }) => pair)).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    for (const { texts: pair, textDistance } of report.semanticPairs) {
      const [a, b] = pair.map(index => expected[index] ?? new Float32Array()) as [Float32Array, Float32Array];
      expect(textDistance).toBeCloseTo(1 - a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0), 4);
    }
    expect(report.semanticBins.length).toBeGreaterThan(0);
  });
});

const solutionsOf = async (engine: EngineClient): Promise<Uint8Array> => {
  const request = { folder: demoModel, device: 'cpu' as const, options: { seeds: 1, budget: 1 } };
  return (await engine.call(findSolutions, { ...request, texts: texts.map(text => ({ title: text, text })) })).file;
};

function startEngine(cache: string): EngineClient {
  const environment = { HF_HOME: cache, HF_HUB_CACHE: join(cache, 'hub'), HF_ENDPOINT: 'http://127.0.0.1:9' };
  const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs'), environment: () => environment });
  onTestFinished(() => engine.stop());
  return engine;
}

test('semantic distances of the engine say what is missing where it is not, and why it cannot be fetched', async () => {
  const cache = temporaryFolder();
  const engine = startEngine(cache);
  const file = await solutionsOf(engine);
  const distancesFrom = async (semantic?: 'off' | 'cached' | 'fetch') =>
    engine.call(distances, {
      folder: demoModel,
      device: 'cpu',
      files: [{ name: 'x.solutions.json', file }],
      options: { minimumAccuracy: 0, ...(semantic ? { semantic } : {}) },
    });
  const report = await distancesFrom();
  expect(report.semanticPairs).toEqual([]);
  expect(report.semanticMissing).toMatch(/all-MiniLM-L6-v2 .*not in the Hugging Face cache/);
  expect((await distancesFrom('off')).semanticMissing).toMatch(/not asked for/);
  expect(await userErrorOf(() => distancesFrom('fetch'))).toMatch(/cannot be reached/);
  const snapshot = join(cache, 'hub', repository, 'snapshots', commit);
  mkdirSync(snapshot, { recursive: true });
  writeSmallBert(snapshot);
  expect((await distancesFrom()).semanticMissing).toMatch(/is not the file that was published/);
});
