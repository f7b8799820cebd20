import type { ExperimentReport } from '../../../../src/runtime/results/experiments.ts';
import type { ExperimentDocument } from '../../../../src/views/experiments/protocol.ts';

const labels = ['[e]×N', '[e][m]×(N-1)'];
const lengths = [1, 2, 4, 8];

/** @param done cells of 16 that are over */
export function reportWith(done: number): ExperimentReport {
  const known = (row: number, column: number): boolean => row + 2 * column < done / 2;
  return {
    experiment: {
      name: 'arrangements',
      summary: 'mean accuracy of each arrangement of e and m, by length of the text',
      paper: 'Table 1',
    },
    settings: [['lengths', lengths.join(',')]],
    done,
    cells: 16,
    tables: [
      {
        title: 'Accuracy, mean and standard deviation over the texts',
        header: ['arrangement', ...lengths.map(length => `N=${length}`)],
        rows: labels.map((label, row) => [label, ...lengths.map((_, i) => (known(row, i) ? '1.00±0.00' : '-'))]),
      },
      {
        title: 'The paper (Llama-3.2-1B, 50 texts of PG-19)',
        header: ['arrangement', 'N=1', 'N=256'],
        rows: labels.map(label => [label, '1.00±0.00', '0.99±0.10']),
      },
    ],
    figures: done
      ? [
          {
            file: 'accuracy',
            title: 'Accuracy by length',
            caption: 'Each point is the mean over the texts, each bar its 95 % interval.',
            panels: [
              {
                title: '',
                x: { label: 'tokens of the text', scale: 'logarithmic', ticks: lengths },
                y: { label: 'accuracy', scale: 'linear' },
                series: labels.map((name, row) => ({
                  name,
                  kind: 'line',
                  points: lengths
                    .filter((_, i) => known(row, i))
                    .map((x, i) => ({ x, y: 1 - i * 0.2 * (1 - row), low: 0.8 - i * 0.2 * (1 - row), high: 1 })),
                })),
              },
            ],
          },
        ]
      : [],
    failures:
      done > 8
        ? [{ cell: 'text 2, 8 tokens, [e][m]×N, seed 0', problem: 'It needs 8 positions and the model has 4.' }]
        : [],
  };
}

export const document: ExperimentDocument = {
  kind: 'experiment',
  name: 'arrangements',
  out: '/work/experiments/arrangements',
  folder: 'experiments/arrangements',
  preset: 'quick',
  model: 'demo-model',
  device: 'cpu',
  texts: 'held-out prose',
  standing: {
    status: 'running',
    problem: null,
    waiting: null,
    progress: { done: 6, cells: 16, evaluations: 1234, seconds: 60, cellsPerMinute: 6, secondsLeft: 100 },
  },
  report: reportWith(6),
};

/** Before anything is known, while it runs, when it is over, when it was stopped, when it failed. */
export const documents: Readonly<Record<string, ExperimentDocument>> = {
  starting: {
    ...document,
    device: null,
    texts: null,
    report: null,
    standing: { status: 'running', problem: null, waiting: null, progress: null },
  },
  running: document,
  complete: {
    ...document,
    standing: { status: 'complete', problem: null, waiting: null, progress: null },
    report: reportWith(16),
  },
  stopped: { ...document, standing: { status: 'stopped', problem: null, waiting: null, progress: null } },
  failed: {
    ...document,
    standing: {
      status: 'failed',
      problem: 'The texts of experiments/arrangements have changed since (notes.txt); restore them.',
      waiting: null,
      progress: null,
    },
  },
};
