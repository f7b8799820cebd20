import { encodeVector } from '../files/curves.ts';

/** A vector [d] as it stands in a record: little-endian 32-bit numbers in base64. */
export const encoded = encodeVector;

/** The vector [d] of a record. */
export function decoded(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}
