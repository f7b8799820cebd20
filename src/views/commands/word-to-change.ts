/** A word of several letters. */
const words = /\p{L}{4,}/gu;
const anyWords = /\p{L}+/gu;

/**
 * The word in the middle of a text, rather one of some letters than one of few.
 *
 * @returns UTF-16 offsets; undefined when the text has no words
 */
export function wordToChange(text: string): { readonly start: number; readonly end: number } | undefined {
  const long = [...text.matchAll(words)];
  const found = long.length ? long : [...text.matchAll(anyWords)];
  const word = found[Math.floor(found.length / 2)];
  return word && { start: word.index, end: word.index + word[0].length };
}
