import { z } from 'zod';
import { UserError } from '../errors.ts';

const tokenId = z.number().int().min(0);
/** Its other settings, which say where in a text it is recognised, are for the library. */
const addedToken = z.looseObject({ id: tokenId, content: z.string(), special: z.boolean().optional() });
const typed = z.looseObject({ type: z.string() });
const decoderSchema = z.looseObject({ type: z.string(), decoders: z.array(typed).optional() });
type Decoder = z.output<typeof decoderSchema>;

/** The parts of a tokenizer.json that say which bytes a token stands for. */
export const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedToken).default([]),
  decoder: decoderSchema.nullish(),
  model: z.looseObject({ type: z.string(), vocab: z.record(z.string(), tokenId) }),
});
export type TokenizerJson = z.output<typeof tokenizerSchema>;

/** The two ways in which tokens hold bytes. */
type Family = 'byte-level' | 'sentencepiece';

const encoder = new TextEncoder();

/** GPT-2's printable stand-ins for the 256 bytes, as a map from character to byte. */
function byteAlphabet(): Map<string, number> {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const alphabet = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) alphabet.set(String.fromCodePoint(printable(byte) ? byte : next++), byte);
  return alphabet;
}

const typesOf = (decoder: Decoder | null | undefined): string[] =>
  decoder?.decoders?.map(({ type }) => type) ?? [decoder?.type ?? 'none'];

function familyOf(types: readonly string[], place: string): Family {
  if (types.includes('ByteLevel')) return 'byte-level';
  if (types.includes('ByteFallback')) return 'sentencepiece';
  throw new UserError(
    `${place} cannot be used: a tokenizer with the decoder "${types.join(', ')}" is not known here, only byte-level and SentencePiece ones.`,
  );
}

/** The exact bytes of every token of a tokenizer. */
export class TokenBytes {
  /** Whether a sign stands for spaces, which is read back as one. */
  readonly signForSpace: boolean;
  /** Whether the tokenizer puts a space before the text, which decoding takes away again. */
  readonly prependsSpace: boolean;
  private readonly bytes = new Map<number, Uint8Array>();

  /** @throws UserError when tokens hold their bytes in a way we do not know. */
  constructor(json: TokenizerJson, place: string) {
    const types = typesOf(json.decoder);
    this.signForSpace = familyOf(types, place) === 'sentencepiece';
    this.prependsSpace = this.signForSpace && types.includes('Strip');
    const alphabet = byteAlphabet();
    for (const [token, id] of Object.entries(json.model.vocab))
      this.bytes.set(id, this.signForSpace ? fromPiece(token) : fromAlphabet(token, alphabet));
    for (const { id, content } of json.added_tokens)
      this.bytes.set(id, this.signForSpace ? fromPiece(content) : encoder.encode(content));
  }

  /** Empty for ids that the tokenizer does not have: models pad their vocabulary. */
  of(id: number): Uint8Array {
    return this.bytes.get(id) ?? new Uint8Array();
  }

  get ids(): number[] {
    return [...this.bytes.keys()];
  }

  has(id: number): boolean {
    return this.bytes.has(id);
  }
}

function fromAlphabet(token: string, alphabet: ReadonlyMap<string, number>): Uint8Array {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = alphabet.get(character);
    if (byte === undefined) return encoder.encode(token);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function fromPiece(token: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  return byte === undefined ? encoder.encode(token.replaceAll('▁', ' ')) : Uint8Array.of(Number.parseInt(byte, 16));
}
