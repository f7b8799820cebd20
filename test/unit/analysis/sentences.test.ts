import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { embedSentences } from '../../../src/runtime/analysis/semantic/sentences.ts';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { snapshotsOf } from '../../../src/runtime/models/hub/installed.ts';
import { floats, GraphSession } from '../../../src/runtime/onnxruntime/session.ts';
import { distances } from '../../../src/runtime/operations/analyses.ts';
import { findSolutions } from '../../../src/runtime/operations/solutions.ts';
import { filesIn, serveHub } from '../../support/hub-server.ts';
import { demoModel, inRepository, temporaryFolder } from '../../support/paths.ts';
import { idsOf, writeSmallBert } from '../../support/small-bert.ts';
import { userErrorOf } from '../../support/user-error.ts';

const texts = ['The sea was calm.', 'the lamp burned', 'Sea'];
const tokens = [['the', 'sea', 'was', 'calm', '.'], ['the', 'lamp', 'burn', '##ed'], ['sea']];

/** The mean of the last hidden states, each text by itself, at length 1. */
async function embedDirectly(bytes: Uint8Array): Promise<Float32Array[]> {
  const session = await GraphSession.create({ bytes, weightFolder: undefined }, { device: 'cpu', packWeights: false });
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

describe('sentence embeddings', () => {
  test('are the mean of the last hidden states at length 1, in one batch as well as alone', async () => {
    const folder = join(temporaryFolder(), 'bert');
    const expected = await embedDirectly(writeSmallBert(folder));
    const found = await embedSentences(folder, texts);
    expect(found).toHaveLength(3);
    for (const [i, embedding] of found.entries())
      for (const [j, x] of embedding.entries()) expect(x).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, 4);
  });

  test('need a whole model', async () => {
    const folder = join(temporaryFolder(), 'bert');
    writeSmallBert(folder);
    rmSync(join(folder, 'onnx'), { recursive: true });
    expect(await userErrorOf(() => embedSentences(folder, texts))).toMatch(/cannot be loaded/);
  });
});

describe('semantic distances of the engine', () => {
  const solutionsOf = async (engine: EngineClient): Promise<Uint8Array> => {
    const request = { folder: demoModel, device: 'cpu' as const, options: { seeds: 1, budget: 1 } };
    return (await engine.call(findSolutions, { ...request, texts: texts.map(text => ({ title: text, text })) })).file;
  };
  const startEngine = (cache: string, endpoint = 'http://127.0.0.1:9'): EngineClient => {
    const environment = { HF_HOME: cache, HF_HUB_CACHE: join(cache, 'hub'), HF_ENDPOINT: endpoint };
    const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs'), environment: () => environment });
    onTestFinished(() => engine.stop());
    return engine;
  };
  const distancesFrom = async (engine: EngineClient, semantic?: 'off' | 'cached' | 'fetch') =>
    engine.call(distances, {
      folder: demoModel,
      device: 'cpu',
      files: [{ name: 'x.solutions.json', file: await solutionsOf(engine) }],
      options: { minimumAccuracy: 0, ...(semantic ? { semantic } : {}) },
    });

  test('come from the model in the Hugging Face cache, offline', async () => {
    const cache = temporaryFolder();
    const repository = join(cache, 'hub', 'models--sentence-transformers--all-MiniLM-L6-v2');
    const revision = '0123456789abcdef0123456789abcdef01234567';
    const snapshot = join(repository, 'snapshots', revision);
    const expected = await embedDirectly(writeSmallBert(snapshot));
    mkdirSync(join(repository, 'refs'));
    writeFileSync(join(repository, 'refs', 'main'), revision);
    const report = await distancesFrom(startEngine(cache));
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

  test('come from a model that is fetched once when somebody agrees to it', async () => {
    const served = join(temporaryFolder(), 'bert');
    writeSmallBert(served);
    const commit = '0123456789abcdef0123456789abcdef01234567';
    const { address } = await serveHub({
      'sentence-transformers/all-MiniLM-L6-v2': { commits: { [commit]: filesIn(served) }, branches: { main: commit } },
    });
    const cache = temporaryFolder();
    expect((await distancesFrom(startEngine(cache, address), 'fetch')).semanticPairs.length).toBe(3);
    expect(await snapshotsOf(join(cache, 'hub'), 'sentence-transformers/all-MiniLM-L6-v2')).toMatchObject([
      { revision: commit, refs: ['main'] },
    ]);
  });

  test('say what is missing where it is not, and why it cannot be fetched', async () => {
    const engine = startEngine(temporaryFolder());
    const report = await distancesFrom(engine);
    expect(report.semanticPairs).toEqual([]);
    expect(report.semanticMissing).toMatch(/all-MiniLM-L6-v2 .*not in the Hugging Face cache/);
    expect((await distancesFrom(engine, 'off')).semanticMissing).toMatch(/not asked for/);
    expect(await userErrorOf(() => distancesFrom(engine, 'fetch'))).toMatch(/cannot be reached/);
  });
});
