import { expect, test } from 'vitest';
import type { ExperimentPlan } from '../../../src/views/jobs/plan.ts';
import { readWork, writeWork } from '../../../src/views/jobs/work-format.ts';

test('an experiment that is interrupted can be found again', () => {
  const plan: ExperimentPlan = {
    id: '0b8f2a52-4d0f-4b57-9e5b-0a4c3b6d8f11',
    kind: 'experiment',
    title: 'Experiment arrangements',
    place: { name: 'arrangements', uri: 'file:///work/experiments/arrangements' },
    parameters: {
      out: '/work/experiments/arrangements',
      name: 'arrangements',
      preset: 'quick',
      settings: { lengths: [1, 2] },
      model: { folder: '/models/demo', device: 'cpu' },
      source: {
        paths: [],
        cut: 'whole',
        words: null,
        seed: 3,
        continuations: { contexts: 2, contextTokens: 8, count: 1, tokens: 16, seed: 3 },
      },
    },
  };
  expect(readWork(writeWork({ plan, problem: null }), undefined)).toEqual({ plan, problem: null });
});
