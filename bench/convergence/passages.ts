import { createHash } from 'node:crypto';
import type { TextTokenizer } from '../../src/runtime/models/tokenizer.ts';
import passages from '../passages.json';

/** `judge` decides what is claimed; settings are chosen on `develop` alone. */
export const splits = ['judge', 'develop'] as const;
export type Split = (typeof splits)[number];
export const kinds = ['prose', 'code', 'markdown', 'typescript'] as const;
export type Kind = (typeof kinds)[number];

/** The tokens of the first texts of a kind, as many texts as there are. */
export function readTexts(tokenizer: TextTokenizer, split: Split, kind: Kind, most: number): Int32Array[] {
  return passages[split][kind].slice(0, most).map(text => Int32Array.from(tokenizer.encode(text)));
}

/** Tells prefixes apart, so that a result is never taken for that of a text that was another one then. */
export function hashOf(tokens: Int32Array): string {
  return createHash('sha256').update(tokens.join()).digest('hex').slice(0, 16);
}
