import { readFileSync } from 'node:fs';
import type { DistanceOptions } from '../../../../src/runtime/analysis/distances/options.ts';
import { orderOf } from '../../../../src/runtime/analysis/distances/order.ts';
import { pairGroups } from '../../../../src/runtime/analysis/distances/pairs.ts';
import { binnedMeans, textPairs } from '../../../../src/runtime/analysis/distances/scatter.ts';
import { tokenDistances } from '../../../../src/runtime/analysis/distances/text-distances.ts';
import type { DistanceReport } from '../../../../src/runtime/results/distances.ts';
import type { SolvedText } from '../../../../src/runtime/results/solutions.ts';
import { normalNumbers } from '../../../../src/runtime/training/random.ts';
import type { SolutionsDocument } from '../../../../src/views/solutions/protocol.ts';
import { inRepository } from '../../../support/paths.ts';

const width = 48;
const seed = [7];
const sentences = readFileSync(inRepository('media/sample.txt'), 'utf8')
  .split(/(?<=\.)\s+/)
  .filter(Boolean);

/** A file with as many solutions of each text; the texts continue two contexts in turn. */
export function sampleDocument(texts: number, each: number): SolutionsDocument {
  const views: SolvedText[] = Array.from({ length: texts }, (_, i) => ({
    title: i % 2 ? `lighthouse ${(i + 1) / 2}` : `harbour ${i / 2 + 1}`,
    text: sentences[i % sentences.length] ?? '',
    context: i % 2 ? 'lighthouse.md' : 'harbour.md',
  }));
  const solutions = views.flatMap((_, text) =>
    Array.from({ length: each }, (_, k) => ({
      text,
      seed: k,
      steps: 310 + ((text * 37 + k * 53) % 400),
      correct: 32,
      tokens: 32,
    })),
  );
  return {
    kind: 'solutions',
    name: 'harbour.solutions.json',
    model: { id: 'demo-model', revision: null, fingerprint: '0' },
    arrangement: 'e-m-repeated',
    arrangementLabel: '[e][m]×(N-1)',
    recipe: 'lbfgs',
    hiddenSize: 256,
    texts: views,
    solutions,
    curves: [],
    defaults: { steps: 500, grid: 21, minimumAccuracy: 0.99 },
  };
}

/** Vectors that lie near those of the same text, and less near those of the same context. */
function vectorsOf({ texts, solutions }: SolutionsDocument, over: string): readonly Float32Array[] {
  return solutions.map(({ text, seed: own }) => {
    const context = normalNumbers(width, seed, over, 'context', texts[text]?.context ?? '');
    const centre = normalNumbers(width, seed, over, 'text', text);
    return normalNumbers(width, seed, over, 'solution', text, own).map(
      (value, i) => 1.2 * value + (centre[i] ?? 0) + 0.8 * (context[i] ?? 0),
    );
  });
}

function apart(a: Float32Array, b: Float32Array, measure: DistanceReport['measure']): number {
  let [product, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    product += x * y;
    aa += x * x;
    bb += y * y;
  }
  return measure === 'cosine' ? 1 - product / Math.sqrt(aa * bb) : Math.sqrt(aa + bb - 2 * product);
}

export const notThere = 'The sentence model is not in the cache; fetch it once.';

/** As if texts were half as far apart by meaning. */
function meaningOf(pairs: DistanceReport['textPairs']) {
  const semanticPairs = pairs.map(pair => ({ ...pair, textDistance: pair.textDistance / 2 }));
  return { semanticPairs, semanticBins: binnedMeans(semanticPairs, 6), semanticMissing: null };
}

/** What the host answers, by the engine's own functions. */
export function distancesOf(
  file: SolutionsDocument,
  { measure, over, order, semantic }: Pick<DistanceOptions, 'measure' | 'over' | 'order' | 'semantic'>,
): DistanceReport {
  const vectors = vectorsOf(file, over);
  const n = vectors.length;
  const distances = new Float32Array(n * n);
  for (const [i, a] of vectors.entries())
    for (const [j, b] of vectors.entries()) if (i !== j) distances[i * n + j] = apart(a, b, measure);
  const textOf = file.solutions.map(({ text }) => text);
  const contexts = file.texts.map(({ context }) => context);
  const words = file.texts.map(({ text }) => Array.from(text.match(/\w+/g) ?? [], word => word.length));
  const pairs = textPairs(distances, textOf, tokenDistances(words), contexts);
  return {
    measure,
    over,
    texts: file.texts,
    solutions: file.solutions.map((solution, index) => ({ ...solution, index })),
    leftOut: 1,
    distances,
    order: orderOf(distances, textOf, order),
    ...pairGroups(distances, textOf, contexts),
    textPairs: pairs,
    bins: binnedMeans(pairs, 6),
    ...(semantic === 'fetch' ? meaningOf(pairs) : { semanticPairs: [], semanticBins: [], semanticMissing: notThere }),
  };
}
