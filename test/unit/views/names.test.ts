import { expect, test } from 'vitest';
import { achievement, vectorsIn } from '../../../src/views/achievement.ts';
import { modelNameOf } from '../../../src/views/models/model-name.ts';
import { t } from '../../../webview/strings.ts';

test('a model is called as people call it', () => {
  expect(modelNameOf('/models/pythia-160m')).toBe('pythia-160m');
  expect(modelNameOf('/home/me/.cache/huggingface/hub/models--EleutherAI--pythia-160m/snapshots/50f5173d')).toBe(
    'EleutherAI/pythia-160m',
  );
  expect(modelNameOf('C:\\hub\\models--gpt2\\snapshots\\607a30d')).toBe('gpt2');
});

test('what has been achieved is one sentence, with numbers', () => {
  const achieved = { tokens: 28, correct: 28, vectors: 2, numbers: 768 };
  expect(achievement(achieved, t)).toBe('These 28 tokens now live in 2 vectors of 768 numbers.');
  expect(achievement({ ...achieved, tokens: 1, correct: 1 }, t)).toBe(
    'This token now lives in 2 vectors of 768 numbers.',
  );
  expect(achievement({ ...achieved, correct: 27 }, t)).toBe(
    '2 vectors of 768 numbers now hold 27 of these 28 tokens; the file stores the rest as corrections.',
  );
});

test('every segment has an e; an m too, unless one m serves all', () => {
  expect(vectorsIn(1, false)).toBe(2);
  expect(vectorsIn(3, false)).toBe(6);
  expect(vectorsIn(3, true)).toBe(4);
});
