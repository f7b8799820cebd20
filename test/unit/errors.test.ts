import { expect, test } from 'vitest';
import { UserError } from '../../src/runtime/errors.ts';

test('what a file puts into a message cannot end its line, colour a terminal or turn its text around', () => {
  const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter(c => /\p{Cc}/u.test(c));
  for (const character of [...controls, '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069', '\u200e', '\u061c'])
    expect(new UserError(`The file a${character}${character}b is gone.`).message).toBe('The file a b is gone.');
  expect(new UserError('The file \ud800 is gone.').message).toBe('The file \ufffd is gone.');
});

test('a message that is very long keeps its beginning and its end', () => {
  const { message } = new UserError(`The file ${'\u{1f600}'.repeat(5000)} is gone; restore it.`);
  expect(message).toMatch(/^The file \u{1f600}.* \.\.\. .*\u{1f600} is gone; restore it\.$/u);
  expect(message.length).toBeLessThan(1600);
});

test('an ordinary message stays as it is, in any language', () => {
  for (const message of ['/tmp/größe – 漢字 😀.txt has 3 MB.', 'א is not a file.'])
    expect(new UserError(message).message).toBe(message);
});
