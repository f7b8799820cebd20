import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ProtoFile, readProto, sizesOf, sniffProto, writeProto } from '../../../src/runtime/files/proto-file.ts';
import { parseSafetensors, writeSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { ordinaryFile, protoFiles } from '../../support/proto-files.ts';
import { userErrorOf } from '../../support/user-error.ts';

describe('a file', () => {
  test('comes back as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(protoFiles, file => {
        const bytes = writeProto(file);
        expect(sniffProto(bytes)).toBe('proto-tokens');
        expect(readProto(bytes, 'x.proto')).toEqual(file);
      }),
      { numRuns: 500 },
    );
  });

  test('comes back from a view at any offset of a larger buffer', () => {
    const bytes = writeProto(ordinaryFile);
    for (const offset of [1, 2, 3, 5]) {
      const larger = new Uint8Array(bytes.length + 16);
      larger.set(bytes, offset);
      expect(readProto(larger.subarray(offset, offset + bytes.length), 'x.proto')).toEqual(ordinaryFile);
    }
  });

  test('is a safetensors file with the vectors e and m, its data aligned', () => {
    for (const storage of ['F32', 'F16'] as const) {
      const { tensors, metadata, dataStart } = parseSafetensors(writeProto({ ...ordinaryFile, storage }), 'x');
      expect([...tensors.values()].map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([
        { name: 'e', dtype: storage, shape: [2, 4] },
        { name: 'm', dtype: storage, shape: [2, 4] },
      ]);
      expect(dataStart % 8).toBe(0);
      expect(metadata).toMatchObject({ format: 'proto-tokens', format_version: '1' });
    }
  });

  test('is as large as its parts together', () => {
    fc.assert(
      fc.property(protoFiles, file => {
        const bytes = writeProto(file);
        const { vectors, corrections, patches, header, ...rest } = sizesOf(bytes.length, file);
        expect(vectors + corrections + patches + header).toBe(bytes.length);
        expect(vectors).toBe((file.e.length + file.m.length) * (file.storage === 'F16' ? 2 : 4));
        expect(corrections > 0).toBe(file.corrections.length > 0);
        expect(patches > 0).toBe(file.text.patches.length > 0);
        expect(header).toBeGreaterThan(0);
        expect(rest).toEqual({ file: bytes.length, text: file.text.utf8Bytes, deflated: file.text.deflatedBytes });
      }),
    );
  });
});

/** The file with some of its metadata replaced; undefined takes one away. */
function withMetadata(changed: Readonly<Record<string, string | undefined>>): Uint8Array {
  const bytes = writeProto(ordinaryFile);
  const { metadata, tensors } = parseSafetensors(bytes, 'x');
  const kept = Object.entries({ ...metadata, ...changed }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return writeSafetensors(
    Object.fromEntries(kept),
    [...tensors.values()].map(({ begin, end, ...tensor }) => ({ ...tensor, bytes: bytes.subarray(begin, end) })),
  );
}

const written = (changed: Partial<ProtoFile>): Uint8Array => writeProto({ ...ordinaryFile, ...changed });
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('what is refused, and why', () => {
  const protobufSchema = '// a comment\nsyntax = "proto3";\n\nmessage Point {\n  double x = 1;\n}\n';
  test.each([
    ['a Protocol Buffers schema', text(protobufSchema), /^a\.proto is a Protocol Buffers schema/],
    ['an old schema', text('package geo;\nmessage Point { required double x = 1; }'), /Protocol Buffers schema/],
    ['a schema of an edition', text('edition = "2023";\nmessage A {}'), /Protocol Buffers schema/],
    [
      'a binary message',
      Uint8Array.of(0x0a, 5, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x10, 0x96, 1),
      /not a file of proto-tokens; open it with the program that it belongs to/,
    ],
    ['nothing', new Uint8Array(), /too short/],
    ['a model', writeSafetensors({ format: 'pt' }, []), /holds tensors but not proto-tokens/],
    ['a newer format', withMetadata({ format_version: '2' }), /of format 2 and .* reads format 1; update/],
    ['no format version', withMetadata({ format_version: undefined }), /damaged .*version/],
    ['a version that is none', withMetadata({ format_version: 'one' }), /damaged .*version/],
    ['a missing part', withMetadata({ corrections: undefined }), /damaged .*corrections/],
    ['a part that is not JSON', withMetadata({ text: '{' }), /damaged .*text/],
    ['a part of another kind', withMetadata({ segmentLengths: '"two"' }), /damaged .*segmentLengths/],
    ['an inner part of another kind', withMetadata({ training: '{"recipe":1}' }), /damaged .*training\.recipe/],
    ['a part that is too deep', withMetadata({ corrections: '['.repeat(100_000) }), /damaged .*corrections/],
    ['more segments than vectors', written({ segmentLengths: [1, 2, 2] }), /damaged .*vectors do not fit its segments/],
    ['no segments', written({ segmentLengths: [] }), /damaged .*segmentLengths/],
    ['empty segments', written({ segmentLengths: [5, 0] }), /damaged .*segmentLengths/],
    ['endless segments', written({ segmentLengths: [1e15, 2] }), /damaged .*segmentLengths/],
    ['a correction beyond the end', written({ corrections: [[5, 1]] }), /damaged .*corrections/],
    [
      'corrections out of order',
      written({
        corrections: [
          [3, 1],
          [3, 2],
        ],
      }),
      /damaged .*corrections/,
    ],
    ['infinite vectors', written({ e: new Float32Array(8).fill(Infinity) }), /damaged .*vectors e are not finite/],
    ['vectors that are no numbers', written({ m: new Float32Array(8).fill(Number.NaN) }), /damaged .*m are not finite/],
  ] as const)('%s', async (_name, bytes, reason) => {
    expect(await userErrorOf(() => readProto(bytes, 'a.proto'))).toMatch(reason);
  });

  test('vectors of other shapes and types', async () => {
    const { metadata } = parseSafetensors(writeProto(ordinaryFile), 'x');
    const vectors = (name: string, dtype: 'F32' | 'F64' | 'F16', shape: readonly number[]) => ({
      name,
      dtype,
      shape,
      bytes: new Uint8Array(shape.reduce((a, b) => a * b, { F64: 8, F32: 4, F16: 2 }[dtype])),
    });
    const m = vectors('m', 'F32', [2, 4]);
    for (const [tensors, reason] of [
      [[m], /no vectors e/],
      [[vectors('e', 'F32', [8]), m], /no vectors e/],
      [[vectors('e', 'F32', [2, 2, 2]), m], /no vectors e/],
      [[vectors('e', 'F32', [2, 0]), m], /no vectors e/],
      [[vectors('e', 'F64', [2, 4]), m], /vectors are F64/],
      [[vectors('e', 'F16', [2, 4]), m], /do not fit/],
      [[vectors('e', 'F32', [2, 3]), m], /do not fit/],
      [[vectors('e', 'F32', [4, 2]), m], /do not fit/],
    ] as const)
      expect(await userErrorOf(() => readProto(writeSafetensors(metadata, tensors), 'a.proto'))).toMatch(reason);
  });
});
