import { keptNames } from '../models/architectures/context.ts';
import type { ModelConfig } from '../models/config.ts';
import { floats, type Values } from '../onnxruntime/session.ts';
import type { Past } from './feeds.ts';

/** Rows that room is made for at a time: a graph's constants and a card's kernels are of few shapes then. */
const block = 64;
const roomFor = (rows: number): number => Math.ceil(rows / block) * block;

/**
 * Keys and values of all rows that some sequences of one length have read, [batch, groups, capacity, headSize] of each
 * layer. Room for further rows is made in blocks; what is not filled is masked.
 */
export class KeyValueCache implements Past {
  filled = 0;
  capacity = 0;
  private readonly tensors = new Map<string, Float32Array>();
  private readonly groups: number;

  /** @param rows for which there is room from the beginning, where it is known how many there will be */
  constructor(
    private readonly config: ModelConfig,
    readonly batch: number,
    rows = 0,
  ) {
    this.groups = config.keyValueHeads;
    for (const name of this.names().flatMap(({ past }) => [past.key, past.value]))
      this.tensors.set(name, new Float32Array());
    this.reserve(rows);
  }

  /** What a sequence of so many rows takes. */
  static bytesFor(config: ModelConfig, rows: number): number {
    return 2 * config.layers * config.keyValueHeads * config.headSize * roomFor(rows) * Float32Array.BYTES_PER_ELEMENT;
  }

  get kept(): Past['kept'] {
    const shape = [this.batch, this.groups, this.capacity, this.config.headSize];
    return Object.fromEntries([...this.tensors].map(([name, values]) => [name, { values, shape }]));
  }

  /** The outputs of a run that `append` takes. */
  get outputs(): string[] {
    return this.names().flatMap(({ own }) => [own.key, own.value]);
  }

  /**
   * Appends the keys and values of the rows that a run has read.
   *
   * @param rows of each sequence
   * @param members for each sequence of this cache, which one of the run it goes on from; undefined for those of another run
   */
  append(outputs: ReadonlyMap<string, Values>, rows: number, members: readonly (number | undefined)[]): void {
    this.reserve(this.filled + rows);
    const width = rows * this.config.headSize;
    const stride = this.capacity * this.config.headSize;
    const offset = this.filled * this.config.headSize;
    for (const { past, own } of this.names())
      for (const [name, output] of [[past.key, own.key] as const, [past.value, own.value] as const]) {
        const from = floats(outputs, output);
        const into = this.tensor(name);
        for (const [sequence, member] of members.entries())
          for (let group = 0; member !== undefined && group < this.groups; group++) {
            const first = (member * this.groups + group) * width;
            into.set(from.subarray(first, first + width), (sequence * this.groups + group) * stride + offset);
          }
      }
  }

  /** Counts rows that have been appended to every sequence. */
  advance(rows: number): void {
    this.filled += rows;
  }

  private reserve(rows: number): void {
    if (rows <= this.capacity) return;
    const capacity = roomFor(rows);
    const { headSize } = this.config;
    for (const [name, old] of this.tensors) {
      const grown = new Float32Array(this.batch * this.groups * capacity * headSize);
      for (let head = 0; head < this.batch * this.groups; head++)
        grown.set(
          old.subarray(head * this.capacity * headSize, (head * this.capacity + this.filled) * headSize),
          head * capacity * headSize,
        );
      this.tensors.set(name, grown);
    }
    this.capacity = capacity;
  }

  private names(): ReturnType<typeof keptNames>[] {
    return Array.from({ length: this.config.layers }, (_, layer) => keptNames(layer));
  }

  private tensor(name: string): Float32Array {
    const values = this.tensors.get(name);
    if (!values) throw new Error(`the cache has no ${name}`);
    return values;
  }
}
