import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { SharedCharacter } from './characters.ts';

/** The tokens of a field in the order in which they stand there. */
export class ChipRow {
  private readonly places: Int32Array | null;

  /** @param order indices of the tokens, one for each place; null is the order of the text */
  constructor(
    readonly tokens: readonly TextToken[],
    readonly order: readonly number[] | null,
    private readonly characters: ReadonlyMap<number, SharedCharacter>,
  ) {
    this.places = order && new Int32Array(order.length);
    if (this.places) for (const [place, index] of order?.entries() ?? []) this.places[index] = place;
  }

  get length(): number {
    return this.tokens.length;
  }

  /** The token at a place. */
  indexAt(place: number): number {
    return this.order?.[place] ?? place;
  }

  /** The character that a token is a part of, where its parts stand side by side. */
  characterAt(index: number): SharedCharacter | undefined {
    return this.order ? undefined : this.characters.get(index);
  }

  placeOf(index: number): number {
    return this.places?.[index] ?? index;
  }
}
