/** A vector [d] as it stands in JSON: base64 of its little-endian 32-bit numbers, as they lie in memory wherever we run. */
export function encodeVector({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** The vector [d] of such a text. A part of a number at the end is left out, and there in the buffer. */
export function decodeVector(text: string): Float32Array {
  const { buffer } = new Uint8Array(Buffer.from(text, 'base64'));
  return new Float32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
}
