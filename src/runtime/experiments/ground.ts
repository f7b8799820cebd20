import { embeddingNorms } from '../analysis/probe/embedding-norms.ts';
import { Embeddings } from '../decoding/embeddings.ts';
import { surprisals } from '../decoding/surprisal.ts';
import { beginningToken } from '../models/beginning-token.ts';
import type { Model } from '../models/model.ts';
import { recipeOf } from '../training/recipe.ts';
import type { Sessions } from '../training/sessions.ts';
import { type StartSpreads, startSpreads } from '../training/start.ts';
import { contentKey, contentKeysAfter } from '../work/content-key.ts';
import { type Cell, recorded } from './cell.ts';
import type { ReadTexts } from './experiment.ts';
import { mostTokens, TextTokens } from './text-tokens.ts';

/** The keys of cells that differ in their texts only. */
interface KeysOfWay {
  /** @param tokens the hash of each text's tokens */
  readonly of: (tokens: readonly string[]) => string;
  readonly byTexts: Map<number | string, string>;
}

/** Whether two cells are trainings that differ in their texts only, as far as can be told at a glance. */
const inOneWay = (a: Cell, b: Cell): boolean =>
  a.length === b.length &&
  a.arrangement === b.arrangement &&
  a.shared === b.shared &&
  a.memory === b.memory &&
  a.alone === b.alone &&
  a.seed === b.seed &&
  a.recipe === b.recipe &&
  a.budget === b.budget &&
  a.task === b.task;

/** Tokens that are read for the surprisals of a prefix: it alone decides, so that a record never depends on other cells. */
const tokensRead = (length: number): number => Math.max(128, 2 ** Math.ceil(Math.log2(length)));
const placeOfSurprisals = (text: number, length: number): string => `${text} ${tokensRead(length)}`;

/** What the cells of an experiment are computed on: a model, texts, and what has to be known of both beforehand. */
export class Ground {
  /** Width d of a vector. */
  readonly width: number;
  /** Positions that the model has. */
  readonly mostPositions: number;
  /** By text and the number of tokens that were read for them. */
  private readonly surprisalsOfTexts = new Map<string, Float32Array>();
  private readonly spreadsOfStarts = new Map<string, StartSpreads>();
  /** Keys of cells by their texts, for each way of computing them. */
  private readonly keys = new Map<string, KeysOfWay>();
  private latest: { readonly cell: Cell; readonly keys: KeysOfWay } | undefined;
  private readonly hashes = new Map<number, string>();
  private readonly embeddings: Embeddings;
  private readonly embedded = new Map<number, Float32Array>();
  private spread: number | undefined;

  constructor(
    private readonly model: Model,
    private readonly texts: TextTokens,
  ) {
    this.width = model.config.hiddenSize;
    this.mostPositions = model.config.maximumPositions;
    this.embeddings = new Embeddings(model);
  }

  /** What texts are read as. */
  static of(model: Model, texts: readonly string[]): Ground {
    return new Ground(model, TextTokens.of(model.tokenizer, texts));
  }

  /**
   * Finds out what the training of cells needs: surprisals, the width of starts, embeddings of tokens that are read.
   *
   * @returns whether all is known; it is not when it was cancelled between two texts
   */
  async prepare(cells: readonly Cell[], sessions: Sessions, cancelled = () => false): Promise<boolean> {
    const { model } = this;
    const beginning = await beginningToken(model);
    for (const { texts, length } of cells)
      for (const text of texts) {
        if (cancelled()) return false;
        const place = placeOfSurprisals(text, length);
        const known = this.surprisalsOfTexts.get(place);
        const read = this.prefix(text).subarray(0, tokensRead(length));
        this.surprisalsOfTexts.set(place, known ?? (await surprisals(model, sessions, read, beginning)));
      }
    for (const { recipe, arrangement } of cells) {
      const key = `${recipe} ${arrangement}`;
      const known = this.spreadsOfStarts.get(key);
      const spreads = known ?? (await startSpreads(recipeOf(recipe), arrangement, model, sessions));
      this.spreadsOfStarts.set(key, spreads);
    }
    const reading = cells.filter(({ memory }) => memory > 0);
    if (!reading.length) return true;
    this.spread ??= await this.measuredSpread(sessions);
    for (const id of new Set(reading.flatMap(cell => cell.texts.flatMap(text => [...this.prefix(text, cell.length)]))))
      if (!this.embedded.has(id)) this.embedded.set(id, await this.embeddings.of(id));
    return true;
  }

  /** The first tokens of a text, all of them when no length is given. */
  prefix(text: number, length?: number): Int32Array {
    const tokens = this.texts.at(text).slice(0, length);
    if (text >= this.texts.count || (length !== undefined && tokens.length !== length))
      throw new Error(`text ${text} has no prefix of length ${length}`);
    return tokens;
  }

  /** The texts as a plan and a report see them. */
  readTexts(contexts?: ReadTexts['contexts']): ReadTexts {
    return {
      ...this.texts.lengths(),
      contexts,
      tokens: (text, length) => this.prefix(text, length),
      words: (text, length) => this.model.tokenizer.decode([...this.prefix(text, length)]),
    };
  }

  /**
   * Equal for cells that are computed alike, whichever experiment asks for them and whatever their texts are called. A plan
   * of many cells asks for each of them often, so what has been found is kept.
   */
  keyOf(cell: Cell): string {
    const { texts, length } = cell;
    const keys = this.keysOf(cell);
    const place = texts.length === 1 ? (texts[0] ?? 0) : texts.join();
    const known = keys.byTexts.get(place);
    if (known !== undefined) return known;
    const key = keys.of(texts.map(text => this.hashOf(text, length)));
    keys.byTexts.set(place, key);
    return key;
  }

  /** H_LM of each prefix of a cell: the sum of its surprisals, in nats. Null where the first token's is not known. */
  informationOf({ texts, length }: Cell): (number | null)[] {
    return texts.map(text => {
      const known = this.surprisalsOfTexts.get(placeOfSurprisals(text, length));
      const sum = known?.subarray(0, length).reduce((total, nats) => total + nats, 0);
      return sum === undefined || Number.isNaN(sum) ? null : sum;
    });
  }

  /** The surprisal of each token of a prefix, in nats; NaN where it is not known. */
  surprisalsOf(text: number, length: number): Float32Array {
    const known = this.surprisalsOfTexts.get(placeOfSurprisals(text, length))?.subarray(0, length);
    if (!known) throw new Error(`the surprisals of text ${text} are not known yet`);
    return known;
  }

  /** How wide the start of a cell's proto-tokens is. */
  spreads({ recipe, arrangement }: Cell): StartSpreads {
    const known = this.spreadsOfStarts.get(`${recipe} ${arrangement}`);
    if (!known) throw new Error(`the start of ${recipe} in ${arrangement} is not known yet`);
    return known;
  }

  /** How wide the start of [mem] vectors is: the standard deviation of the embedding matrix, as in their paper. */
  get embeddingSpread(): number {
    if (this.spread === undefined) throw new Error('the spread of the embeddings is not known yet');
    return this.spread;
  }

  /** The embedding [d] of a token that is read. */
  embeddingOf(id: number): Float32Array {
    const row = this.embedded.get(id);
    if (!row) throw new Error(`the embedding of token ${id} has not been read yet`);
    return row;
  }

  private keysOf(cell: Cell): KeysOfWay {
    // Cells that are alike but for their texts come one after the other.
    if (this.latest && inOneWay(this.latest.cell, cell)) return this.latest.keys;
    const { length, arrangement, shared, memory, alone, seed, recipe, budget, task } = recorded(cell);
    const chosen = { length, arrangement, shared, memory, alone, seed, budget, task };
    const way = JSON.stringify([recipe, chosen]);
    const of = contentKeysAfter('cell', this.model.fingerprint, chosen, recipeOf(recipe));
    const keys = this.keys.get(way) ?? { of, byTexts: new Map() };
    this.keys.set(way, keys);
    this.latest = { cell, keys };
    return keys;
  }

  private hashOf(text: number, length: number): string {
    const place = text * (mostTokens + 1) + length;
    const hash = this.hashes.get(place) ?? contentKey(this.texts.at(text).subarray(0, length));
    this.hashes.set(place, hash);
    return hash;
  }

  /** The mean of all embeddings is so near to zero that it does not count. */
  private async measuredSpread(sessions: Sessions): Promise<number> {
    const norms = await embeddingNorms(this.model, sessions);
    const squares = norms.reduce((sum, norm) => sum + norm * norm, 0);
    return Number(Math.sqrt(squares / (norms.length * this.width)).toPrecision(3));
  }
}
