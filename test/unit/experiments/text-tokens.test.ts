import { expect, test, vi } from 'vitest';
import { textsOf } from '../../../src/runtime/experiments/experiment.ts';
import { mostTokens, TextTokens } from '../../../src/runtime/experiments/text-tokens.ts';
import { TextTokenizer } from '../../../src/runtime/models/tokenizer.ts';
import { demoModel } from '../../support/paths.ts';

const texts = Array.from({ length: 100 }, (_, text) =>
  text % 2 ? 'and then' : `the sea was calm that night, ${text}`,
);

test('of many texts only those around the chosen ones are read, each once', async () => {
  const tokenizer = await TextTokenizer.load(demoModel);
  const encodeAll = vi.spyOn(tokenizer, 'encodeAll');
  const tokens = TextTokens.of(tokenizer, texts);
  expect(textsOf(tokens.lengths(), 8, 3)).toEqual([0, 2, 4]);
  expect(textsOf(tokens.lengths(), 8, 3)).toEqual([0, 2, 4]);
  expect(encodeAll.mock.calls.flatMap(([read]) => read.filter(Boolean)).length).toBeLessThan(20);
  expect([...tokens.at(99)]).toEqual(tokenizer.encode('and then'));
  expect(tokens.at(100)).toHaveLength(0);
  expect(TextTokens.of(tokenizer, [...texts])).toBe(tokens);
});

test('a book is not read to its end', async () => {
  const tokenizer = await TextTokenizer.load(demoModel);
  const encodeAll = vi.spyOn(tokenizer, 'encodeAll');
  const encode = vi.spyOn(tokenizer, 'encode');
  const book = Array.from({ length: 20_000 }, (_, i) => `It was the ${i}th night, and the lamp burned.`).join('\n');
  expect(TextTokens.of(tokenizer, [book]).at(0)).toHaveLength(mostTokens);
  const read = encodeAll.mock.calls.flatMap(([parts]) => parts).join('');
  expect(read.length).toBeLessThan(book.length / 10);
  expect(encode).not.toHaveBeenCalled();
});
