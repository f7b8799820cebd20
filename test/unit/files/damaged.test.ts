import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/runtime/errors.ts';
import { type ProtoFile, readProto, writeProto } from '../../../src/runtime/files/proto-file.ts';
import { parseSafetensors, type SafetensorsHeader } from '../../../src/runtime/files/safetensors.ts';
import { ordinaryFile } from '../../support/proto-files.ts';
import { orUserError } from '../../support/user-error.ts';

const intact = writeProto(ordinaryFile);
const headerEnd = intact.length - 4 * (ordinaryFile.e.length + ordinaryFile.m.length);
const header = new TextDecoder().decode(intact.subarray(8, headerEnd)).trim();
const data = intact.subarray(headerEnd);

/** A file with this header, its length as it is or as it pretends to be. */
function assemble(json: string | Uint8Array, length?: bigint, rest: Uint8Array = data): Uint8Array {
  const encoded = typeof json === 'string' ? new TextEncoder().encode(json) : json;
  const file = new Uint8Array(8 + encoded.length + rest.length);
  new DataView(file.buffer).setBigUint64(0, BigInt.asUintN(64, length ?? BigInt(encoded.length)), true);
  file.set(encoded, 8);
  file.set(rest, 8 + encoded.length);
  return file;
}

/** What is read must be possible, even if it is not what was written: the mutation may have hit a value. */
function check(bytes: Uint8Array): void {
  const tensors = orUserError<SafetensorsHeader>(() => parseSafetensors(bytes, 'x.proto'));
  if (!(tensors instanceof UserError))
    for (const { begin, end } of tensors.tensors.values()) {
      expect(begin).toBeGreaterThanOrEqual(tensors.dataStart);
      expect(end).toBeLessThanOrEqual(bytes.length);
    }
  const file = orUserError<ProtoFile>(() => readProto(bytes, 'x.proto'));
  if (file instanceof UserError) return;
  expect(file.e.length).toBe(file.segmentLengths.length * file.hiddenSize);
  expect([file.e.length, file.hiddenSize]).toContain(file.m.length);
  expect([...file.e, ...file.m].every(Number.isFinite)).toBe(true);
}

const runs = { numRuns: 500 };
const position = fc.nat({ max: intact.length - 1 });

describe('a damaged file gives a UserError or a possible file:', () => {
  test('flipped bits', () => {
    const flips = fc.array(fc.tuple(position, fc.nat({ max: 7 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(flips, list => {
        const bytes = Uint8Array.from(intact);
        for (const [at, bit] of list) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        check(bytes);
      }),
      runs,
    );
  });

  test('every truncation, and whatever is appended', () => {
    for (let length = 0; length < intact.length; length++)
      expect(orUserError(() => readProto(intact.subarray(0, length), 'x.proto'))).toBeInstanceOf(UserError);
    for (const more of [1, 8, 4096])
      expect(orUserError(() => readProto(assemble(header, undefined, new Uint8Array(64 + more)), 'x'))).toBeInstanceOf(
        UserError,
      );
  });

  test('overwritten, inserted and removed runs of bytes', () => {
    const edit = fc.tuple(position, fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), edits => {
        let bytes: Uint8Array = intact;
        for (const [at, removed, inserted] of edits)
          bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
        check(bytes);
      }),
      runs,
    );
  });

  test('any header length, with nothing allocated for a lie', () => {
    const lengths = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.bigInt({ min: 0n, max: 2n * BigInt(intact.length) }),
      fc.constantFrom(
        99_999_999n,
        100_000_000n,
        100_000_001n,
        2n ** 31n,
        2n ** 32n,
        2n ** 53n,
        2n ** 63n,
        2n ** 64n - 8n,
      ),
    );
    const before = process.memoryUsage().arrayBuffers;
    fc.assert(
      fc.property(lengths, length => check(assemble(header, length))),
      runs,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  test('numbers of the header replaced', () => {
    const numbers = [...header.matchAll(/-?\d+(\.\d+)?/g)];
    const replacement = fc.oneof(
      fc.integer().map(String),
      fc.constantFrom('-1', '0', '1e400', '9007199254740991', '9007199254740993', '1e15', '0.5', 'null', '"1"', '[]'),
      fc.constantFrom('18446744073709551615', '4611686018427387904', '{}', '[[1]]', '-0', 'true'),
    );
    const index = fc.nat({ max: numbers.length - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(index, replacement), { minLength: 1, maxLength: 3 }), changes => {
        let json = header;
        for (const [at, value] of changes.sort(([a], [b]) => b - a)) {
          const start = numbers[at]?.index ?? 0;
          json = json.slice(0, start) + value + json.slice(start + (numbers[at]?.[0].length ?? 0));
        }
        check(assemble(json));
      }),
      runs,
    );
  });

  test('any JSON in place of the header or of a tensor', () => {
    const entry = fc.record({
      dtype: fc.constantFrom('F32', 'F16', 'I4', '', 'toString', '__proto__', 7),
      shape: fc.oneof(fc.array(fc.constantFrom(0, 1, 2, 4, 2 ** 31, 2 ** 53 - 1, -1, 1.5)), fc.jsonValue()),
      data_offsets: fc.oneof(fc.array(fc.constantFrom(0, 8, 32, 64, 2 ** 53 - 1, -8)), fc.jsonValue()),
    });
    const name = fc.constantFrom('e', 'm', '__metadata__', '__proto__', 'constructor', 'toString', '');
    const anything = fc.oneof(
      fc.json(),
      fc
        .dictionary(name, fc.oneof(entry, fc.jsonValue()), { noNullPrototype: true })
        .map(value => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anything, json => check(assemble(json))),
      runs,
    );
  });
});

const tensor = (from: number, to: number): string =>
  `{"dtype":"F32","shape":[${(to - from) / 16},4],"data_offsets":[${from},${to}]}`;
const metadata = header.slice(0, header.indexOf(',"e":'));

test.each([
  ['overlapping tensors', `${metadata},"e":${tensor(0, 48)},"m":${tensor(32, 64)}}`],
  ['the same bytes twice', `${metadata},"e":${tensor(0, 64)},"m":${tensor(0, 64)}}`],
  ['a gap', `${metadata},"e":${tensor(0, 16)},"m":${tensor(32, 64)}}`],
  ['a tensor backwards', `${metadata},"e":${tensor(32, 0)},"m":${tensor(32, 64)}}`],
  ['a tensor beyond the end', `${metadata},"e":${tensor(0, 32)},"m":${tensor(32, 6400)}}`],
  ['one tensor twice, with two places', `${metadata},"e":${tensor(0, 32)},"e":${tensor(32, 64)}}`],
  ['a tensor __proto__ in place of m', `${metadata},"e":${tensor(0, 32)},"__proto__":${tensor(32, 64)}}`],
  ['metadata that are not text', `{"__metadata__":{"format":1},"e":${tensor(0, 32)},"m":${tensor(32, 64)}}`],
  ['metadata __proto__', `{"__metadata__":{"__proto__":"x"},"e":${tensor(0, 32)},"m":${tensor(32, 64)}}`],
  ['a header that is a list', '[]'],
  ['a header that is empty', ''],
  ['a header of a million brackets', '['.repeat(1_000_000)],
  ['a header of a million objects', `${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}`],
  [
    'a million dimensions',
    `${metadata},"e":{"dtype":"F32","shape":[${'1,'.repeat(1_000_000)}1],"data_offsets":[0,4]}}`,
  ],
])('refused: %s', (_name, json) => {
  const error = orUserError(() => readProto(assemble(json), 'x.proto'));
  expect(error).toBeInstanceOf(UserError);
});
