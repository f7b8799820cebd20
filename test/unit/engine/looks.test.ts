import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { readTensor } from '../../../src/runtime/models/checkpoint.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import {
  compress,
  decode,
  evaluate,
  explain,
  inspect,
  nearest,
  vectors,
} from '../../../src/runtime/operations/compression.ts';
import { loadModel, tokenize, tokenTexts } from '../../../src/runtime/operations/models.ts';
import { demoModel, fixtureModel, inRepository } from '../../support/paths.ts';

const model = { folder: demoModel, device: 'cpu' as const };
const sentence = 'The lamp burned all night, and the sea was calm.';
/** Too few evaluations to come out right. */
const fewEvaluations = { recipe: 'paper', budget: 16, segmentLength: 6 } as const;

describe('looks at proto-tokens', () => {
  let engine: EngineClient;
  let file: Uint8Array;
  beforeAll(async () => {
    engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs') });
    ({ file } = await engine.call(compress, { ...model, job: 'first', text: sentence, options: fewEvaluations }));
  });
  afterAll(() => engine.stop());

  test('cuts a text into tokens that spell it', async () => {
    const tokens = await engine.call(tokenize, { ...model, text: sentence });
    expect(tokens.map(({ text }) => text).join('')).toBe(sentence);
    for (const { text, start, end } of tokens) expect(sentence.slice(start, end)).toBe(text);
    expect(await engine.call(tokenTexts, { ...model, ids: tokens.map(({ id }) => id) })).toEqual(
      tokens.map(({ text }) => text),
    );
  });

  test('shows the likeliest tokens in order, consistent with nll and rank of the target', async () => {
    const evaluated = await engine.call(evaluate, { ...model, file, name: 'few' });
    let amongTop = 0;
    for (const { target, predicted, nll, rank, top } of evaluated) {
      expect(top).toHaveLength(5);
      expect(new Set(top.map(({ id }) => id)).size).toBe(5);
      expect(top[0]?.id).toBe(predicted);
      for (const [i, { nll: surprise }] of top.entries()) expect(surprise).toBeGreaterThanOrEqual(top[i - 1]?.nll ?? 0);
      expect(top.reduce((sum, likely) => sum + Math.exp(-likely.nll), 0)).toBeLessThanOrEqual(1 + 1e-5);
      const place = top.findIndex(({ id }) => id === target);
      if (place >= 0) {
        amongTop++;
        expect(rank).toBe(place + 1);
        expect(top[place]?.nll).toBeCloseTo(nll, 4);
      } else {
        expect(rank).toBeGreaterThan(5);
      }
    }
    expect(amongTop).toBeGreaterThan(0);
  });

  test('are the same whether the text is given or comes out of the file, right and wrong tokens alike', async () => {
    const [own, given] = [
      await engine.call(evaluate, { ...model, file, name: 'few' }),
      await engine.call(evaluate, { ...model, file, name: 'few', text: sentence }),
    ];
    expect(new Set(own.map(({ target, predicted }) => target === predicted))).toEqual(new Set([true, false]));
    for (const [i, { nll, top, ...token }] of own.entries()) {
      const { nll: expected, top: likeliest, ...rest } = given[i] ?? { nll: Number.NaN, top: [] };
      expect(token).toEqual(rest);
      expect(nll).toBeCloseTo(expected, 4);
      for (const [place, { nll: surprise, ...likely }] of top.entries()) {
        expect(likely).toEqual({ id: likeliest[place]?.id, text: likeliest[place]?.text });
        expect(surprise).toBeCloseTo(likeliest[place]?.nll ?? Number.NaN, 4);
      }
    }
  });

  test('explains a token of a job that runs, and goes on', async () => {
    const asked: Promise<unknown>[] = [];
    const { summary } = await engine.call(
      compress,
      { ...model, job: 'running', text: sentence, options: {} },
      {
        onProgress: ({ segments }) => {
          if (asked.length) return;
          asked.push(
            engine.call(explain, { ...model, job: 'running', position: 3 }).then(({ first, tokens }) => {
              const segment = segments.find(({ start, length }) => start <= 3 && start + length > 3);
              expect(first).toBe(segment?.start);
              expect(tokens).toHaveLength(segment?.length ?? 0);
              expect(tokens[3 - first]?.top).toHaveLength(5);
            }),
          );
        },
      },
    );
    await Promise.all(asked);
    expect(asked).toHaveLength(1);
    expect(summary.accuracy).toBe(1);
    await expect(engine.call(explain, { ...model, job: 'running', position: 3 })).rejects.toThrow(
      'has not begun or is over',
    );
  });

  test('finds the nearest tokens that a plain search finds', async () => {
    const found = await engine.call(nearest, { ...model, file, name: 'few', count: 3 });
    const { e, m, hiddenSize: width } = await engine.call(vectors, { file, name: 'few' });
    expect(found).toHaveLength((e.length + m.length) / width);
    const opened = await openModel(demoModel);
    const stored = opened.checkpoint.tensors.get('model.embed_tokens.weight');
    if (!stored) throw new Error('the demo model has no embeddings');
    const embeddings = await readTensor(stored);
    const first = found[0];
    const products = Array.from({ length: embeddings.length / width }, (_, id) => {
      let [product, square] = [0, 0];
      for (let i = 0; i < width; i++) {
        const value = embeddings[id * width + i] ?? 0;
        product += value * (e[i] ?? 0);
        square += value * value;
      }
      return { id, product, cosine: product / Math.sqrt(square) / Math.hypot(...e.subarray(0, width)) };
    });
    const best = (by: 'product' | 'cosine') => [...products].sort((a, b) => b[by] - a[by]).slice(0, 3);
    expect(first?.byProduct.map(({ id }) => id)).toEqual(best('product').map(({ id }) => id));
    expect(first?.byCosine.map(({ id }) => id)).toEqual(best('cosine').map(({ id }) => id));
    expect(first?.byCosine[0]?.cosine).toBeCloseTo(best('cosine')[0]?.cosine ?? 0, 5);
    expect(first?.norm).toBeCloseTo(Math.hypot(...e.subarray(0, width)), 4);
  });

  test('trains a file longer from its own vectors', async () => {
    const before = await engine.call(inspect, { file, name: 'few' });
    expect(before.accuracy).toBeLessThan(1);
    const request = { ...model, job: 'longer', text: sentence, continueFrom: file };
    const longer = await engine.call(compress, { ...request, options: { ...fewEvaluations, budget: 100 } });
    expect(longer.summary.accuracy).toBeGreaterThan(before.accuracy);
    expect(longer.summary.segments).toBeGreaterThanOrEqual(before.segmentLengths.length);
    expect((await engine.call(decode, { ...model, file: longer.file, name: 'longer' })).text).toBe(sentence);
  });

  test('keeps a running job whole while another model is asked for', async () => {
    const other = { folder: fixtureModel('neox-parallel-f32'), device: 'cpu' as const };
    let asked: Promise<unknown> | undefined;
    const { summary } = await engine.call(
      compress,
      { ...model, job: 'two models', text: sentence, options: {} },
      {
        onProgress: () => {
          asked ??= engine.call(loadModel, other);
        },
      },
    );
    expect(summary.accuracy).toBe(1);
    expect(await asked).toMatchObject({ architecture: 'gpt_neox' });
  });

  test('names a choice that is not valid', async () => {
    const options = { segmentLength: 0 };
    await expect(engine.call(compress, { ...model, job: 'wrong', text: sentence, options })).rejects.toThrow(
      /The option segmentLength is not valid/,
    );
  });
});
