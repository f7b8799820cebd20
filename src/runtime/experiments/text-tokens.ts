import type { TextTokenizer } from '../models/tokenizer.ts';
import { contentKey } from '../work/content-key.ts';
import type { TextLengths } from './experiment.ts';

/** Tokens of a text that are read: the paper's longest prefix has 1448. */
export const mostTokens = 2048;

/** Texts that are read in one go. */
const block = 16;

/** The tokens of texts, which are read when they are first asked for: of hundreds of texts an experiment may use two. */
export class TextTokens {
  private readonly known: (Int32Array | undefined)[] = [];

  private constructor(
    readonly count: number,
    private readonly read: (from: number) => readonly Int32Array[],
  ) {}

  /** Those of the latest texts: an experiment is planned, computed and reported on the same ones. */
  private static readonly latest = new WeakMap<TextTokenizer, { readonly key: string; readonly tokens: TextTokens }>();

  /** The tokens of texts by a tokenizer. */
  static of(tokenizer: TextTokenizer, texts: readonly string[]): TextTokens {
    const key = contentKey(texts);
    const latest = TextTokens.latest.get(tokenizer);
    if (latest?.key === key) return latest.tokens;
    const tokens = new TextTokens(texts.length, from =>
      tokenizer.beginnings(texts.slice(from, from + block), mostTokens).map(ids => Int32Array.from(ids)),
    );
    TextTokens.latest.set(tokenizer, { key, tokens });
    return tokens;
  }

  /** Tokens that were read elsewhere. */
  static read(tokens: readonly Int32Array[]): TextTokens {
    return new TextTokens(tokens.length, from => tokens.slice(from, from + block));
  }

  /** As a plan sees them. */
  lengths(): TextLengths {
    return { count: this.count, lengthOf: text => this.at(text).length };
  }

  /** Those of a text; none where there is no such text. */
  at(text: number): Int32Array {
    if (this.known[text] === undefined && text < this.count) {
      const from = text - (text % block);
      for (const [i, ids] of this.read(from).entries()) this.known[from + i] = ids;
    }
    return this.known[text] ?? new Int32Array();
  }
}
