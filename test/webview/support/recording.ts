import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { compress } from '../../../src/runtime/compression/compress.ts';
import { compressionOptions } from '../../../src/runtime/compression/options.ts';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { ModelPool } from '../../../src/runtime/engine/model-pool.ts';
import { writeAtomically } from '../../../src/runtime/files/atomic.ts';
import { decode, evaluate, inspect, nearest } from '../../../src/runtime/operations/compression.ts';
import { loadModel, surprisal, tokenize, tokenTexts } from '../../../src/runtime/operations/models.ts';
import type { CompressionProgress } from '../../../src/runtime/results/compression.ts';
import type { Surprisal } from '../../../src/runtime/results/tokens.ts';
import { arrangementViews } from '../../../src/views/jobs/arrangement-views.ts';
import type * as view from '../../../src/views/protocol.ts';
import { demoModel, inRepository } from '../../support/paths.ts';

/** A real run of the engine on the demo model, as the host would show it. */
export interface Recording {
  readonly job: view.JobDocument;
  readonly file: view.FileDocument;
  readonly contents: view.FileContents;
  readonly nearest: readonly view.NearestView[];
  readonly details: readonly view.TokenDetail[];
  readonly surprisal: Surprisal;
  readonly texts: ReadonlyMap<number, string>;
}

function momentOf(progress: CompressionProgress): view.Moment {
  return {
    evaluations: progress.evaluations,
    seconds: progress.seconds,
    secondsLeft: progress.secondsLeft ?? null,
    correct: progress.correct,
    loss: progress.loss ?? null,
    segments: progress.segments.map(segment => ({ ...segment, loss: segment.loss ?? null })),
    predicted: progress.predicted,
    probability: progress.nll.map(nll => Math.exp(-nll)),
  };
}

export const sampleText = readFileSync(inRepository('media/sample.txt'), 'utf8');
/** Quick to record. */
export const firstSentence = sampleText.slice(0, sampleText.indexOf('.') + 1);

/**
 * A compression of a text that is stopped while a few tokens are still wrong. It is recorded once for each build of the
 * engine, each model and each way of recording: several test files look at the same one.
 */
export async function record(text: string, segmentLength: number): Promise<Recording> {
  const engine = await readFile(inRepository('dist/engine.mjs'));
  const model = await readFile(join(demoModel, 'model.safetensors'));
  const recorder = await readFile(inRepository('test/webview/support/recording.ts'));
  const key = createHash('sha256')
    .update(engine)
    .update(model)
    .update(recorder)
    .update(`${segmentLength} ${text}`)
    .digest('hex');
  const cache = inRepository(`.cache/webview/${key.slice(0, 16)}.recording`);
  try {
    return deserialize(await readFile(cache)) as Recording;
  } catch {
    const recording = await recordAnew(text, segmentLength);
    await mkdir(dirname(cache), { recursive: true });
    await writeAtomically(cache, serialize(recording));
    return recording;
  }
}

/** Not by the engine, which tells of ten evaluations a second: how many moments there are must not depend on the machine. */
function train(text: string, segmentLength: number) {
  return new ModelPool().use({ folder: demoModel, device: 'cpu' }, async ({ model, device, sessions }) => {
    const tokens = model.tokenizer.encode(text).length;
    const moments: view.Moment[] = [];
    const compressed = await compress({
      model,
      device,
      sessions,
      text,
      options: compressionOptions.parse({ segmentLength }),
      cancelled: () => (moments.at(-1)?.correct ?? 0) >= tokens - 3,
      onProgress: progress => {
        // What is told last is of the same evaluation, as it stands in the file.
        if (moments.at(-1)?.evaluations === progress.evaluations) moments.pop();
        moments.push(momentOf(progress));
      },
    });
    return { moments, compressed };
  });
}

async function recordAnew(text: string, segmentLength: number): Promise<Recording> {
  const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs') });
  const model = { folder: demoModel, device: 'cpu' as const };
  try {
    const summary = await engine.call(loadModel, model);
    const tokens = await engine.call(tokenize, { ...model, text });
    const surprise = await engine.call(surprisal, { ...model, text });
    const { moments, compressed } = await train(text, segmentLength);
    const file = { ...model, file: compressed.file, name: 'lighthouse.tokens.proto' };
    const [inspection, decoded, scored, near] = await Promise.all([
      engine.call(inspect, file),
      engine.call(decode, file),
      engine.call(evaluate, file),
      engine.call(nearest, file),
    ]);
    const { sizes } = inspection;
    const texts = new Map(tokens.map(({ id, text }) => [id, text]));
    const ids = [...new Set(moments.flatMap(({ predicted }) => [...predicted]))].filter(id => id >= 0);
    for (const [i, text] of (await engine.call(tokenTexts, { ...model, ids })).entries()) texts.set(ids[i] ?? -1, text);
    const last = moments.at(-1);
    if (!last) throw new Error('The recorded run had no moment.');
    return {
      job: {
        kind: 'job',
        id: 'recorded',
        title: 'lighthouse.md',
        text,
        status: 'running',
        problem: null,
        choices: {
          arrangement: 'e-m-repeated',
          recipe: 'lbfgs',
          segmentLength,
          budget: undefined,
          seed: 0,
          sharedM: false,
        },
        model: summary,
        tokens,
        moments,
        result: {
          ...compressed.summary,
          sizes,
          decodedTokens: decoded.tokens,
          decodeSeconds: decoded.seconds,
          savedAs: null,
          splitting: null,
        },
        arrangements: arrangementViews(),
      },
      file: {
        kind: 'file',
        name: file.name,
        arrangementLabel: 'e, then m repeated',
        ...inspection,
      },
      contents: { text: decoded.text, tokens, moment: last, decodeSeconds: decoded.seconds },
      nearest: near.map(({ proto, row, norm, byCosine, byProduct }) => ({
        vector: `${proto} of segment ${row + 1}`,
        norm,
        byCosine,
        byProduct,
      })),
      details: scored.map(({ target, targetText, predicted, predictedText, nll, rank, top }, index) => ({
        index,
        target: { id: target, text: targetText, probability: Math.exp(-nll) },
        predicted: { id: predicted, text: predictedText, probability: Math.exp(-(top[0]?.nll ?? 0)) },
        rank,
        top: top.map(({ id, text, nll }) => ({ id, text, probability: Math.exp(-nll) })),
      })),
      surprisal: surprise,
      texts,
    };
  } finally {
    engine.stop();
  }
}
