/** Longer texts are cut: a hover is no place for them. */
const mostLetters = 400;

/** Signs for the white space that tokens have most often. */
const signs: Readonly<Record<string, string>> = { ' ': '·', '\n': '⏎', '\r': '␍', '\t': '→' };

/** Control characters, line and paragraph ends, marks of direction and everything else that leaves no mark of its own. */
const invisible = /[\p{C}\p{Z}]/gu;

const named = (character: string): string =>
  signs[character] ?? `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;

/**
 * A text from a model or a document as Markdown that shows it and does nothing else, in a sentence or in a table: as code,
 * with everything visible that is not. Code cannot hold a backtick, and in a table no bar and no backslash before one;
 * what has any of these is written in numbers of characters, which are never Markdown.
 */
export function code(text: string): string {
  const letters = [...text];
  const cut = letters.length > mostLetters ? '…' : '';
  const shown = letters.slice(0, mostLetters).join('').replace(invisible, named) + cut;
  if (!shown) return '∅';
  if (!/[`|\\]/.test(shown)) return `\`${shown}\``;
  return shown.replace(/[^\p{L}\p{N}]/gu, character => `&#${character.codePointAt(0)};`);
}
