import type { ModelRequest } from '../../src/runtime/operations/operation.ts';
import type { StoredWork } from '../../src/views/jobs/plan.ts';
import { writeWork } from '../../src/views/jobs/work-format.ts';

const [searching, connecting, running, compressing] = [1, 2, 3, 4].map(
  number => `8e0c2a4e-2a41-4b0e-8a52-2f0f5f2b7a1${number}`,
) as [string, string, string, string];

/** No process has this number: the window has ended, and the next one takes its jobs over. */
const folder = 'jobs/999999999-1';
const place = { name: 'x', uri: null };

/** A compression that is over, in the form of job-format.ts. */
const compressed = (model: ModelRequest) => ({
  ...{ format: 'proto-tokens job', version: 3, kind: 'compression', created: 1, name: null },
  request: {
    ...{ id: compressing, title: 'x', text: 'The sea.', model },
    choices: {
      ...{ arrangement: 'e-m-repeated', recipe: 'lbfgs', segmentLength: 8, budget: null, seed: 0, sharedM: false },
    },
  },
  source: { uri: 'file:///x.txt', offset: 0, length: 8 },
  ...{ status: 'finished', problem: null, decodeSeconds: 0.1, saved: { uri: 'file:///x.tokens.proto', name: 'x' } },
  summary: {
    ...{ tokens: 2, segments: 1, accuracy: 0.5, corrections: 1, patches: 0, steps: [3], evaluations: 3, seconds: 1 },
    sizes: { file: 64, vectors: 32, corrections: 8, patches: 0, header: 24, text: 8, deflated: 16 },
    ...{ storage: 'F16', device: 'cpu', cancelled: false, resumedAfterSeconds: 0, keptSegments: null },
  },
  wrong: [
    {
      index: 1,
      token: {
        ...{ target: 1, targetText: 'sea', predicted: 2, predictedText: 'x', nll: 1.5, rank: 2, start: 4, end: 7 },
        top: [{ id: 2, text: 'x', nll: 0.1 }],
      },
    },
  ],
});

/** What a window that has ended kept of its jobs: one of every kind. */
export function prepareJobs(write: (path: string, content: Uint8Array | string) => void, model: ModelRequest): void {
  const keep = (id: string, ending: string, content: Uint8Array | string): void =>
    write(`${folder}/${id}.${ending}`, content);
  const bytes = new Uint8Array(64);
  const texts = [{ title: 'a', text: 'The sea.' }];
  const plans: readonly StoredWork['plan'][] = [
    { id: searching, title: 'x', place, kind: 'solutions', parameters: { ...model, texts, options: { seeds: 2 } } },
    {
      id: connecting,
      title: 'x',
      place,
      kind: 'connect',
      parameters: { ...model, file: bytes, name: 'x', options: {} },
    },
    {
      ...{ id: running, title: 'x', place, kind: 'experiment' },
      parameters: {
        ...{ out: '/x', name: 'capacity', preset: 'quick', settings: { texts: 2 }, model },
        source: { paths: ['/x'], cut: 'whole', words: null },
      },
    },
  ];
  for (const plan of plans) keep(plan.id, 'json', writeWork({ problem: null, plan }));
  keep(connecting, 'start', bytes);

  keep(compressing, 'json', JSON.stringify(compressed(model)));
  for (const ending of ['start', 'proto']) keep(compressing, ending, bytes);
  const segment = { start: 0, length: 2, correct: 1, steps: 3, loss: 0.5, state: 'training' };
  const moment = { evaluations: 1, seconds: 1, secondsLeft: null, correct: 1, loss: 1, segments: [segment] };
  const line = JSON.stringify({ ...moment, predicted: 'AAAAAAAAAAA=', probability: 'AAAAAAAAAAA=' });
  keep(compressing, 'moments.jsonl', `${line}\n${line}\n`);
}
