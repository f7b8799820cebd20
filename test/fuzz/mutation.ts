import { headerLength, lengthBytes } from '../../src/runtime/files/safetensors.ts';

/** Uniform numbers in [0,1). */
export type Uniform = () => number;

export const below = (uniform: Uniform, count: number): number => Math.floor(uniform() * count);
export function oneOf<T>(uniform: Uniform, items: readonly [T, ...T[]]): T {
  return items[below(uniform, items.length)] ?? items[0];
}

/** Nothing is made longer than this, so that a large input is never the reason for what it costs. */
const longest = 4 * 2 ** 20;

type Damage = (uniform: Uniform, bytes: Buffer) => Buffer;

const spliced = (bytes: Buffer, at: number, removed: number, inserted: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
const noise = (uniform: Uniform, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => below(uniform, 256)));

/** What breaks readers of bytes. */
const byteDamages: readonly [Damage, ...Damage[]] = [
  (uniform, bytes) => {
    const changed = Buffer.from(bytes);
    for (let i = below(uniform, 8); i >= 0; i--) {
      const at = below(uniform, bytes.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << below(uniform, 8));
    }
    return changed;
  },
  (uniform, bytes) => bytes.subarray(0, below(uniform, bytes.length)),
  (uniform, bytes) =>
    spliced(bytes, below(uniform, bytes.length), below(uniform, 40), noise(uniform, below(uniform, 40))),
  (uniform, bytes) => {
    const from = below(uniform, bytes.length);
    const part = bytes.subarray(from, from + 1 + below(uniform, 2000));
    const times = Math.min(1 + below(uniform, 100), Math.floor(longest / part.length));
    return spliced(bytes, below(uniform, bytes.length), 0, Buffer.concat(new Array<Buffer>(times).fill(part)));
  },
  (uniform, bytes) => {
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(oneOf(uniform, [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]));
    return spliced(bytes, uniform() < 0.5 ? 0 : below(uniform, bytes.length), 8, number);
  },
  (uniform, bytes) => {
    const text = oneOf(uniform, [
      '\n',
      '\r',
      '\0',
      '\u2028',
      'Infinity',
      '-',
      '"',
      '{',
      '[',
      '\\u0000',
      '\ufeff',
      '9'.repeat(400),
    ]);
    return spliced(bytes, below(uniform, bytes.length), below(uniform, 3), Buffer.from(text));
  },
  () => Buffer.alloc(0),
];

/** JSON as text, where that cannot be made from a value: deeper than a stack, a name twice, numbers that are none. */
class Raw {
  constructor(readonly text: string) {}
}

const strange: readonly [(uniform: Uniform) => unknown, ...((uniform: Uniform) => unknown)[]] = [
  uniform =>
    oneOf<unknown>(uniform, [null, true, '', [], {}, 0, -1, 1.5, 1e308, -0, 2 ** 31, 2 ** 32, 2 ** 53, 1e-300]),
  uniform =>
    new Raw(oneOf(uniform, ['1e400', '-1e400', '18446744073709551615', '1'.repeat(500), '0.000000000000000001'])),
  uniform => '\n\r\0\u2028\u202e\u0007"\\{}|<>`$'.repeat(1 + below(uniform, 200)),
  uniform =>
    oneOf(uniform, ['Infinity', 'null', '__proto__', 'constructor', '../../etc/passwd', '/dev/zero', '\ud800']),
  uniform => 'a'.repeat(10 ** (1 + below(uniform, 6))),
  uniform => new Raw(`${'['.repeat(10 ** (1 + below(uniform, 5)))}`),
  uniform => {
    const depth = 10 ** (1 + below(uniform, 5));
    return oneOf(uniform, [
      new Raw('['.repeat(depth) + ']'.repeat(depth)),
      new Raw(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
    ]);
  },
  uniform => new Array<number>(10 ** (1 + below(uniform, 5))).fill(oneOf(uniform, [0, 1, 4096, 2 ** 40])),
  uniform =>
    (a => Object.fromEntries(a.map(i => [`k${i}`, i])))(
      Array.from({ length: 10 ** (1 + below(uniform, 4)) }, (_, i) => i),
    ),
];

/** Every place in a value: what holds it, and its name there. */
function placesIn(value: unknown): { readonly holder: Record<string, unknown>; readonly key: string }[] {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const left: unknown[] = [value];
  for (let item = left.pop(); item !== undefined; item = left.pop()) {
    if (typeof item !== 'object' || item === null || item instanceof Raw) continue;
    const holder = item as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      left.push(holder[key]);
    }
  }
  return places;
}

function changePlace(uniform: Uniform, holder: Record<string, unknown>, key: string): void {
  const value = holder[key];
  const kind = below(uniform, 6);
  if (kind === 0 && !Array.isArray(holder)) delete holder[key];
  else if (kind === 1 && Array.isArray(value) && value.length) {
    const room = Math.floor(longest / (JSON.stringify(value).length / value.length));
    const length = Math.min(20_000, room, value.length * 10 ** below(uniform, 5));
    holder[key] = Array.from({ length }, (_, i) => value[i % value.length]);
  } else if (kind === 2 && typeof value === 'number')
    holder[key] = value * oneOf(uniform, [-1, 0, 0.5, 2, 1000, 1e9]) + oneOf(uniform, [0, 1, -1]);
  else if (kind === 3 && !Array.isArray(holder))
    Object.defineProperty(holder, oneOf(uniform, ['__proto__', 'toString', '', 'e', 'm', '\n']), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else holder[key] = oneOf(uniform, strange)(uniform);
}

/** A JSON text with some of its values changed. Undefined when it is no JSON. */
function damagedJson(uniform: Uniform, text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (let i = below(uniform, 3); i >= 0; i--) {
    const places = placesIn(value);
    const place = places[below(uniform, places.length)];
    if (place) changePlace(uniform, place.holder, place.key);
    else value = oneOf(uniform, strange)(uniform);
  }
  const raw: string[] = [];
  const marked = JSON.stringify(value, (_, part: unknown) =>
    part instanceof Raw ? `RAW${raw.push(part.text) - 1}RAW` : part,
  );
  const json = (marked ?? '').replace(/"RAW(\d+)RAW"/g, (_, index) => raw[Number(index)] ?? '');
  return json.length > longest ? json.slice(0, longest) : json;
}

function sizeOf(header: Uint8Array): Buffer {
  const size = Buffer.alloc(lengthBytes);
  size.writeBigUInt64LE(BigInt(header.length));
  return size;
}

/** A safetensors file with another header, whose length is right. Undefined when it has none. */
function damagedHeader(uniform: Uniform, bytes: Buffer): Buffer | undefined {
  try {
    const length = headerLength(bytes.subarray(0, lengthBytes), bytes.length, 'x');
    const end = lengthBytes + length;
    const json = damagedJson(uniform, bytes.subarray(lengthBytes, end).toString());
    if (json === undefined) return undefined;
    const header = Buffer.from(json);
    return Buffer.concat([sizeOf(header), header, bytes.subarray(end)]);
  } catch {
    return undefined;
  }
}

/** One line of JSON lines. */
function damagedLine(uniform: Uniform, text: string): string | undefined {
  const lines = text.split('\n');
  const at = below(uniform, lines.length);
  const line = damagedJson(uniform, lines[at] ?? '');
  return line === undefined ? undefined : lines.with(at, line).join('\n');
}

/** The metadata of a safetensors file are JSON in JSON, and are changed as such, too. Undefined when there are none. */
function damagedMetadata(uniform: Uniform, bytes: Buffer): Buffer | undefined {
  try {
    const end = lengthBytes + headerLength(bytes.subarray(0, lengthBytes), bytes.length, 'x');
    const header: { __metadata__?: Record<string, string> } = JSON.parse(bytes.subarray(lengthBytes, end).toString());
    const entries = Object.entries(header.__metadata__ ?? {});
    const [name = '', text = ''] = entries[below(uniform, entries.length)] ?? [];
    const json = damagedJson(uniform, text);
    if (json === undefined) return undefined;
    const changed = Buffer.from(JSON.stringify({ ...header, __metadata__: { ...header.__metadata__, [name]: json } }));
    return Buffer.concat([sizeOf(changed), changed, bytes.subarray(end)]);
  } catch {
    return undefined;
  }
}

/** The records of an archive that say where its entries lie and how large they are, and the bytes of each. */
const zipRecords: readonly (readonly [signature: string, bytes: number])[] = [
  ['PK\x03\x04', 30],
  ['PK\x01\x02', 46],
  ['PK\x05\x06', 22],
];

/** A zip archive with another number in one of its records. Undefined when it is none. */
function damagedZip(uniform: Uniform, bytes: Buffer): Buffer | undefined {
  if (!bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return undefined;
  const places = zipRecords.flatMap(([signature, length]) => {
    const found: { readonly at: number; readonly length: number }[] = [];
    for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 4)) found.push({ at, length });
    return found;
  });
  const changed = Buffer.from(bytes);
  for (let i = below(uniform, 3); i >= 0; i--) {
    const place = places[below(uniform, places.length)];
    if (!place) continue;
    const at = place.at + 4 + 2 * below(uniform, (place.length - 4) / 2);
    if (at + 4 > changed.length || uniform() < 0.5)
      changed.writeUInt16LE(oneOf(uniform, [0, 1, 8, 99, 0x7fff, 0xffff]), Math.min(at, changed.length - 2));
    else changed.writeUInt32LE(oneOf(uniform, [0, 1, 2 ** 16, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1]), at);
  }
  return changed;
}

/** A file that somebody or something has changed: its bytes, or values in it where it has JSON. */
export function mutated(uniform: Uniform, file: Uint8Array): Buffer {
  const bytes = Buffer.from(file);
  if (!bytes.length) return noise(uniform, 1 + below(uniform, 100));
  if (uniform() < 0.65) {
    const text = bytes.length < longest ? bytes.toString() : '';
    const json = damagedJson(uniform, text) ?? (text.includes('\n') ? damagedLine(uniform, text) : undefined);
    if (json !== undefined) return Buffer.from(json);
    const inside = uniform() < 0.5 ? damagedHeader(uniform, bytes) : damagedMetadata(uniform, bytes);
    if (inside) return inside;
    const archive = damagedZip(uniform, bytes);
    if (archive) return archive;
  }
  let changed: Buffer = bytes;
  for (let i = below(uniform, 3); i >= 0 && changed.length; i--)
    changed = oneOf(uniform, byteDamages)(uniform, changed);
  return changed;
}
