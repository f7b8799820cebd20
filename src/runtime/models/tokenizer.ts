import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { messageOf, UserError } from '../errors.ts';
import { patchesOf, pieces, rangesInDecoded, type TextPatch, type TextRange, toSource } from './alignment.ts';
import { readJson } from './json-file.ts';
import { TokenBytes, type TokenizerJson, tokenizerSchema } from './token-bytes.ts';
import { Overdue, within } from './watchdog.ts';

/** Lone surrogates cannot be written in UTF-8; they become U+FFFD, as in every encoder. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/**
 * How long the expressions of a tokenizer may work on a text: those of published models take milliseconds, and of long
 * texts a fraction of this also on a busy machine. One that backtracks for ever would block the process.
 */
const mostMilliseconds = (text: string): number => 1000 + text.length / 20;
/** A text that did not come to an end is not tried again for so long: a machine may have been busy beyond measure. */
const triedAgainAfter = 60_000;

/** Letters of a text that are read for so many tokens: no token, and nothing that is split as one, is often longer. */
const lettersFor = (tokens: number): number => 8 * tokens + 256;

/** Texts that are encoded under one watch. */
const textsAtOnce = 100;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The tokenizer of a model: text to token ids, ids to exact bytes, tokens to their place in the text. */
export class TextTokenizer {
  /** The text that did not come to an end last, and when that was. */
  private endless: { readonly hash: string; readonly at: number } | undefined;

  private constructor(
    private readonly tokenizer: Tokenizer,
    private readonly bytes: TokenBytes,
    /** Hash of everything in tokenizer.json that decides about the ids of a text. */
    readonly fingerprint: string,
    /** Its file, for messages. */
    private readonly place: string,
  ) {}

  /**
   * Special tokens for which the model has no row, such as those for pictures in Gemma's tokenizer, are left out: in a
   * text they are text.
   *
   * @param vocabularySize rows of the model
   * @throws UserError when the files are missing or broken, or the tokenizer is of a kind that we cannot align.
   */
  static async load(folder: string, vocabularySize = Number.POSITIVE_INFINITY): Promise<TextTokenizer> {
    const place = join(folder, 'tokenizer.json');
    const json = tokenizerSchema.safeParse(await readJson(place, 'tokenizer'));
    if (!json.success)
      throw new UserError(`${place} is not a tokenizer in the Hugging Face format; download it again.`);
    const settings = join(folder, 'tokenizer_config.json');
    const config = (await exists(settings)) ? await readJson(settings, 'config') : {};
    const known = json.data.added_tokens.filter(({ id, special }) => id < vocabularySize || !special);
    const read = { ...json.data, added_tokens: known };
    const bytes = new TokenBytes(read, place);
    try {
      return new TextTokenizer(new Tokenizer(read, config ?? {}), bytes, fingerprintOf(json.data), place);
    } catch (error) {
      const said = messageOf(error);
      const reason = error instanceof TypeError || /undefined|\[object/.test(said) ? 'a part of it is damaged' : said;
      throw new UserError(`${place} cannot be used (${reason}); download it again or choose another model.`);
    }
  }

  /**
   * Token ids of a text, without the special tokens that a model may want around it.
   *
   * @throws UserError when the tokenizer does not come to an end with this text, or is damaged where the text comes by.
   */
  encode(text: string): number[] {
    return text ? this.watched(text, () => this.idsOf(text)) : [];
  }

  /** What is wrong inside a tokenizer.json shows only when a text comes by there. */
  private idsOf(text: string): number[] {
    try {
      return this.tokenizer.encode(text, { add_special_tokens: false }).ids;
    } catch {
      throw new UserError(
        `The tokenizer ${this.place} cannot read this text (a part of it is damaged); download it again or choose another model.`,
      );
    }
  }

  /** The same of many texts, which is much faster for short ones: watching takes longer than they do. @throws as `encode` */
  encodeAll(texts: readonly string[]): number[][] {
    const parts = Array.from({ length: Math.ceil(texts.length / textsAtOnce) }, (_, i) =>
      texts.slice(i * textsAtOnce, (i + 1) * textsAtOnce),
    );
    const encode = (text: string): number[] => (text ? this.idsOf(text) : []);
    return parts.flatMap(part => this.watched(part.join(''), () => part.map(encode)));
  }

  /**
   * The first tokens of each text, at most so many. A book is not read for its first page: a beginning of it and one twice
   * as long must have these tokens in common.
   *
   * @throws as `encode`
   */
  beginnings(texts: readonly string[], most: number): number[][] {
    const letters = lettersFor(most);
    const short = this.encodeAll(texts.map(text => text.slice(0, letters)));
    const longer = this.encodeAll(texts.map(text => (text.length > letters ? text.slice(0, 2 * letters) : '')));
    return texts.map((text, i) => {
      const found = short[i]?.slice(0, most) ?? [];
      if (text.length <= letters) return found;
      const areFirst = found.length === most && found.every((id, n) => id === longer[i]?.[n]);
      return areFirst ? found : this.encode(text).slice(0, most);
    });
  }

  /** Tokens that a model with rows for so many has none for, the first ones in the order of their ids. */
  beyond(vocabularySize: number, most: number): number[] {
    return this.bytes.ids
      .filter(id => id >= vocabularySize)
      .sort((a, b) => a - b)
      .slice(0, most);
  }

  /** The bytes that tokens stand for, read as UTF-8. Nothing is cleaned up. */
  decode(ids: readonly number[]): string {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(ids.map(id => this.bytes.of(id))));
    return this.bytes.prependsSpace && text.startsWith(' ') ? text.slice(1) : text;
  }

  /** Exact bytes of a token; empty for ids beyond the tokenizer's vocabulary. */
  bytesOf(id: number): Uint8Array {
    return this.bytes.of(id);
  }

  /** A token for a person to read. Parts of characters are shown as bytes, unknown ids as such. */
  tokenText(id: number): string {
    if (!this.bytes.has(id)) return `<id ${id}>`;
    const bytes = this.bytes.of(id);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return [...bytes].map(byte => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`).join('');
    }
  }

  /**
   * The range of each token in the text, for `ids` that are the encoding of `text`. Ranges are UTF-16 offsets in the
   * text as it is, before any normalisation; tokens that share a character share its range.
   */
  align(text: string, ids: readonly number[]): TextRange[] {
    const decoded = this.decode(ids);
    const lengths = ids.map(id => this.bytes.of(id).length);
    const stripped = lengths.reduce((sum, length) => sum + length, 0) - Buffer.byteLength(decoded);
    if (this.bytes.prependsSpace && stripped === 1) lengths[0] = (lengths[0] ?? 1) - 1;
    return toSource(rangesInDecoded(decoded, lengths), this.changedPieces(text, decoded));
  }

  /** What the decoded text needs to become the text again; empty when the tokenizer keeps all of it. */
  patches(text: string, ids: readonly number[]): TextPatch[] {
    return patchesOf(text, this.changedPieces(text, this.decode(ids)));
  }

  private changedPieces(text: string, decoded: string) {
    const { normalizer } = this.tokenizer;
    const asDecoded = (piece: string): string => {
      const clean = wellFormed(piece);
      // SentencePiece writes spaces as this sign and reads it back as a space.
      if (this.bytes.signForSpace) return clean.replaceAll('▁', ' ');
      return normalizer ? normalizer.normalize(clean) : clean;
    };
    return this.watched(text, () => pieces(text, decoded, asDecoded));
  }

  private watched<T>(text: string, work: () => T): T {
    const milliseconds = mostMilliseconds(text);
    const endless = new UserError(
      `The tokenizer ${this.place} did not come to an end with this text within ${Math.round(milliseconds / 1000)} s and was stopped (one of its regular expressions backtracks); choose another model or compress another text.`,
    );
    const { hash, at = 0 } = this.endless ?? {};
    if (hash !== undefined && performance.now() - at < triedAgainAfter && hash === hashOf(text)) throw endless;
    try {
      return within(Math.ceil(milliseconds), work);
    } catch (error) {
      if (!(error instanceof Overdue)) throw error;
      this.endless = { hash: hashOf(text), at: performance.now() };
      throw endless;
    }
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text, 'utf16le').digest('hex');

function fingerprintOf({ model, added_tokens, decoder, ...rest }: TokenizerJson): string {
  const added = added_tokens.map(({ id, content }) => ({ id, content }));
  const parts = [model, added, decoder, rest.normalizer, rest.pre_tokenizer];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
