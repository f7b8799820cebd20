import { readFileSync } from 'node:fs';
import { parseGlossary } from '../../src/glossary/glossary.ts';
import type { CompressionFacts } from '../../src/report/compression-report.ts';
import type { SolutionsReportFacts } from '../../src/report/solutions-report.ts';
import type { Inspection } from '../../src/runtime/results/compression.ts';
import type { PathReport } from '../../src/runtime/results/connectivity.ts';
import type { DistanceReport } from '../../src/runtime/results/distances.ts';
import type { EvaluatedToken } from '../../src/runtime/results/tokens.ts';
import { inRepository } from './paths.ts';

export const glossary = parseGlossary(readFileSync(inRepository('docs/glossary.md'), 'utf8'));

/** A token that is right, or is taken for the next one in the vocabulary. */
function token(text: string, target: number, start: number, right: boolean): EvaluatedToken {
  const rival = { id: target + 1, text: `not ${text}`, nll: right ? 2.5 : 0.5 };
  const own = { id: target, text, nll: 1.25 };
  return {
    target,
    targetText: text,
    predicted: right ? target : rival.id,
    predictedText: right ? text : rival.text,
    nll: own.nll,
    rank: right ? 1 : 2,
    top: right ? [own, rival] : [rival, own],
    start,
    end: start + text.length,
  };
}

export const inspection: Inspection = {
  model: { id: 'demo-model', revision: null, architecture: 'llama', fingerprint: 'f'.repeat(64) },
  arrangement: 'e-m-repeated',
  hiddenSize: 4,
  tokens: 4,
  segmentLengths: [4],
  sharedM: false,
  storage: 'F16',
  corrections: 1,
  patches: 0,
  accuracy: 0.75,
  training: { recipe: 'lbfgs', seed: 3, steps: [1234], device: 'cpu', version: '0.1.0' },
  sizes: { file: 800, vectors: 16, corrections: 12, patches: 0, header: 772, text: 15, deflated: 23 },
};

/** What Markdown, HTML and tables take for signs of their own. */
export const oddText = 'a|b <i>`x`*\n"&';

export const compressionFacts: CompressionFacts = {
  name: 'odd.txt.tokens.proto',
  inspection,
  contents: {
    text: oddText,
    tokens: [
      token('a|b', 10, 0, true),
      token(' <i>', 20, 3, false),
      token('`x`*', 30, 7, true),
      token('\n"&', 40, 11, true),
    ],
  },
  repeat: { commands: ['npm run -s cli -- compress odd.txt'], assumed: ['It was made from the text alone.'] },
  run: {
    evaluations: 2345,
    seconds: 12.3,
    moments: [
      { evaluations: 0, correct: 0, loss: null },
      { evaluations: 100, correct: 2, loss: 3.5 },
      { evaluations: 1234, correct: 3, loss: 1.25 },
    ],
  },
  attachments: [{ file: 'texts/odd.txt', bytes: Buffer.from(oddText) }],
};

const path = (accuracy: readonly number[]): PathReport => ({
  accuracy,
  nll: accuracy.map(share => 2 - share),
  predicted: [],
  lowestAccuracy: Math.min(...accuracy),
  meanAccuracy: accuracy.reduce((sum, share) => sum + share, 0) / accuracy.length,
});

const solutions = [0, 1, 0, 1].map((seed, i) => ({
  text: Math.floor(i / 2),
  seed,
  steps: 40 + i,
  correct: 5,
  tokens: 5,
}));
const group = { least: 0.8, greatest: 0.95, density: { x: new Float64Array(0), y: new Float64Array(0) } };
const distances: DistanceReport = {
  measure: 'cosine',
  over: 'both',
  texts: [],
  solutions: solutions.map((solution, index) => ({ ...solution, index })),
  leftOut: 1,
  distances: Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 0 : 0.8 + i / 100)),
  order: [0, 1, 2, 3],
  groups: [
    { ...group, kind: 'same-text', pairs: 2, median: 0.8123, quartiles: [0.81, 0.82] },
    { ...group, kind: 'different-context', pairs: 4, median: 0.9234, quartiles: [0.91, 0.93] },
  ],
  overlaps: [],
  textPairs: [],
  bins: [],
  semanticPairs: [],
  semanticBins: [],
  semanticMissing: null,
};
const texts = [
  { title: 'sea.txt', text: 'The sea was calm.' },
  { title: 'home.txt', text: 'I will go home now.' },
];

export const solutionsFacts: SolutionsReportFacts = {
  name: 'x.solutions.json',
  inspection: {
    model: { id: 'demo-model', revision: 'abc123', fingerprint: 'e'.repeat(64) },
    arrangement: 'e-m-repeated',
    recipe: 'lbfgs',
    hiddenSize: 4,
    texts,
    solutions,
    curves: [{ first: 0, second: 1, steps: 50 }],
  },
  distances: { ...distances, texts },
  paths: {
    grid: [0, 0.5, 1],
    connections: [
      {
        first: 0,
        second: 1,
        text: 0,
        steps: 50,
        lengthRatio: 1.04,
        straight: path([1, 0.4, 1]),
        curve: path([1, 1, 1]),
      },
    ],
    seconds: 1,
    cancelled: false,
  },
  repeat: { commands: ['npm run -s cli -- solutions sea.txt home.txt'], assumed: [] },
  attachments: [],
};
