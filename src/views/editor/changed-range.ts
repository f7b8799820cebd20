/**
 * The part of a text that is not as it was, between what is the same at its beginning and at its end, to whole words.
 *
 * @returns UTF-16 offsets in the text as it is now; empty where something was only taken out
 */
export function changedRange(before: string, now: string): { readonly start: number; readonly end: number } {
  const most = Math.min(before.length, now.length);
  let start = 0;
  while (start < most && before[start] === now[start]) start++;
  let same = 0;
  while (same < most - start && before.at(-1 - same) === now.at(-1 - same)) same++;
  let end = now.length - same;
  if (start === end) return { start, end };
  while (start > 0 && isLetter(now[start - 1]) && isLetter(now[start])) start--;
  while (end < now.length && isLetter(now[end - 1]) && isLetter(now[end])) end++;
  return { start, end };
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);
