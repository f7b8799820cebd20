import { breathe } from '../breathe.ts';
import { counted } from '../counted.ts';
import { UserError } from '../errors.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { floats, integers } from '../onnxruntime/session.ts';
import { type Placed, positionsAtOnce, solutionsAtOnce } from '../training/batch.ts';
import { gather } from '../training/evaluator.ts';
import { runFeeds } from '../training/feeds.ts';
import { KeyValueCache } from '../training/key-value-cache.ts';
import { logitsNames } from '../training/model-graph.ts';
import { type Seed, uniformSource } from '../training/random.ts';
import type { Sessions } from '../training/sessions.ts';
import { Embeddings } from './embeddings.ts';

/** What stands before the generated tokens: token ids, and vectors [d] that take a position as they are. */
export type Prefix = readonly (number | Float32Array)[];

/** Chooses the next token of a sequence from its logits [V]. */
export type Choice = (logits: Float32Array) => number;

/** The likeliest token; the first of several. */
export const greedy: Choice = logits => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
};

/** Draws from the model's own distribution (temperature 1); the same seed draws the same. */
export function multinomial(seed: Seed): Choice {
  const uniform = uniformSource(seed, 'multinomial');
  return logits => {
    const greatest = logits[greedy(logits)] as number;
    const weights = Float64Array.from(logits, logit => Math.exp(logit - greatest));
    let rest = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [id, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return id;
    }
    return greedy(logits);
  };
}

/** A sequence to be continued, and how its tokens are chosen. */
export interface Continued {
  readonly prefix: Prefix;
  readonly choose: Choice;
}

/** Bytes of keys and values that are held at a time, more only for a single sequence. */
const cacheAtOnce = 256 * 2 ** 20;

/** Sequences of one length that go on side by side. */
type Group = readonly { readonly sequence: Continued; readonly generated: number[] }[];

/** Sequences by the length of their prefix, as many in a group as there is room for. */
function groupsOf(model: FrozenModel, sessions: Sessions, group: Group, count: number): Group[] {
  const groups: Group[] = [];
  for (const length of new Set(group.map(({ sequence }) => sequence.prefix.length))) {
    const alike = group.filter(({ sequence }) => sequence.prefix.length === length);
    const room = Math.floor(cacheAtOnce / KeyValueCache.bytesFor(model.config, length + count));
    const most = Math.max(1, Math.min(positionsAtOnce(sessions.options.device), room));
    for (let first = 0; first < alike.length; first += most) groups.push(alike.slice(first, first + most));
  }
  return groups;
}

/** Equal for prefixes of the same tokens and the very same vectors. */
function keyed(): (prefix: Prefix) => string {
  const vectors = new Map<Float32Array, number>();
  return prefix =>
    prefix
      .map(part => {
        if (typeof part === 'number') return part;
        vectors.set(part, vectors.get(part) ?? vectors.size);
        return `vector ${vectors.get(part)}`;
      })
      .join();
}

/** Runs of rows on one model, each after what a cache holds. */
class Reader {
  private readonly embeddings: Embeddings;
  private readonly logits: Float32Array;

  constructor(
    private readonly model: FrozenModel,
    private readonly sessions: Sessions,
  ) {
    this.embeddings = new Embeddings(model);
    this.logits = new Float32Array(model.config.vocabularySize);
  }

  /** Reads the prefixes of a group, equal ones once, and chooses the first token after each. */
  async begin(group: Group): Promise<KeyValueCache> {
    const keyOf = keyed();
    const keys = group.map(({ sequence }) => keyOf(sequence.prefix));
    const different = [...new Map(group.map(({ sequence }, i) => [keys[i] ?? '', sequence.prefix]))];
    const cache = new KeyValueCache(this.model.config, group.length);
    const length = different[0]?.[1].length ?? 0;
    const most = solutionsAtOnce(this.sessions.options.device, length);
    for (let first = 0; first < different.length; first += most) {
      const part = different.slice(first, first + most);
      const member = new Map(part.map(([key], b) => [key, b]));
      const members = keys.map(key => member.get(key));
      await this.read(
        group,
        part.map(([, prefix]) => prefix),
        members,
        cache,
      );
    }
    cache.advance(length);
    return cache;
  }

  /** Reads the token that each sequence has got last, and chooses the next. */
  async goOn(group: Group, cache: KeyValueCache): Promise<void> {
    const last = group.map(({ generated }) => generated.slice(-1));
    await this.read(group, last, [...group.keys()], cache);
    cache.advance(1);
  }

  /**
   * One run over rows of the same number.
   *
   * @param members for each sequence of the group, which of the rows are its own; undefined for those not read here
   */
  private async read(
    group: Group,
    rowsOf: readonly Prefix[],
    members: readonly (number | undefined)[],
    cache: KeyValueCache,
  ): Promise<void> {
    const { config } = this.model;
    // While prefixes are read, room may have been made, and nothing is before them.
    const past = cache.filled ? cache : undefined;
    const placed = await Promise.all(rowsOf.map(rows => this.placedOf(rows)));
    const positions = rowsOf[0]?.length ?? 0;
    const shape = {
      batch: rowsOf.length,
      positions,
      kinds: Math.max(...placed.map(({ protoTokens }) => protoTokens.length)),
      past: past?.capacity ?? 0,
      // No constant depends on how many rows are looked at.
      looked: 1,
    };
    // The likeliest token is an output of the graph; logits are handed over only where something else may be chosen.
    const drawing = group.some(({ sequence }, i) => members[i] !== undefined && sequence.choose !== greedy);
    const lastRows = rowsOf.map((_, b) => (b + 1) * positions - 1);
    const looked = Int32Array.from(drawing ? lastRows : []);
    const { session, passes } = await this.sessions.forward(this.model);
    const logits = logitsNames(config, this.sessions.options);
    const outputs = await session.run(
      shape,
      runFeeds(config, passes, shape, { placed, looked, past, gradient: false }),
      ['predicted', ...cache.outputs, ...(drawing ? logits : [])],
    );
    cache.append(outputs, positions, members);
    const predicted = integers(outputs, 'predicted');
    const parts = drawing ? logits.map(name => floats(outputs, name)) : [];
    for (const [i, { sequence, generated }] of group.entries()) {
      const member = members[i];
      if (member === undefined) continue;
      if (sequence.choose === greedy) {
        generated.push(predicted[lastRows[member] ?? 0] ?? 0);
        continue;
      }
      gather(parts, member, looked.length, this.logits);
      generated.push(sequence.choose(this.logits));
    }
  }

  /** A vector for each different part, placed where it stands. */
  private async placedOf(rows: Prefix): Promise<Placed> {
    const different = [...new Set(rows)];
    const kindOf = new Map(different.map((part, kind) => [part, kind]));
    return {
      protoTokens: await Promise.all(
        different.map(part => (typeof part === 'number' ? this.embeddings.of(part) : part)),
      ),
      layout: { kinds: rows.map(part => kindOf.get(part) ?? 0), positionOfToken: [] },
    };
  }
}

/**
 * Continues sequences token by token, each by `count` tokens, with a cache: of every token only its own row is computed,
 * keys and values of those before are kept. Rows of the embedding matrix are read from the model's file, so that the
 * loaded graph need not hold the matrix once more; the graph is the one that trains, where there is one.
 *
 * @param stop asked before every token, with the share of them that is done; what has been generated until then is
 *   returned
 * @throws UserError when a sequence would get longer than the model has positions.
 */
export async function continueSequences(
  model: FrozenModel,
  sessions: Sessions,
  sequences: readonly Continued[],
  count: number,
  stop: (share: number) => boolean = () => false,
): Promise<number[][]> {
  // The last token is never read.
  const longest = Math.max(...sequences.map(({ prefix }) => prefix.length)) + count - 1;
  const { maximumPositions: most } = model.config;
  if (longest > most)
    throw new UserError(
      `What is to be generated takes ${counted(longest, 'position')} with what stands before it, and the model has ${most}; generate fewer tokens.`,
    );
  sessions.checkLength(Math.max(...sequences.map(({ prefix }) => prefix.length)), 'forward');
  const all = sequences.map(sequence => ({ sequence, generated: [] as number[] }));
  const reader = new Reader(model, sessions);
  let done = 0;
  const stopped = (): boolean => stop(done / (count * sequences.length));
  for (const group of groupsOf(model, sessions, all, count)) {
    let cache: KeyValueCache | undefined;
    for (let step = 0; step < count && !stopped(); step++) {
      if (cache) await reader.goOn(group, cache);
      else cache = await reader.begin(group);
      done += group.length;
      await breathe();
    }
  }
  return all.map(({ generated }) => generated);
}
