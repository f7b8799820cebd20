import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { PanelStore } from '../data/store.ts';
import { type SharedCharacter, sharedCharacters } from './characters.ts';
import type { FieldContent } from './chip-field.ts';
import { type Availability, Knowledge } from './measures/known.ts';
import { type Measured, type MeasureName, measure, orderBy } from './measures/measures.ts';
import { search } from './search.ts';

/** While a training goes on tokens change their places no more often than this. */
const sortMilliseconds = 1000;

/** How the tokens of a store are coloured, in which order they stand, and which of them are searched for. */
export class Explorer {
  readonly knowledge: Knowledge;
  /** What the colours show; null shows right and wrong. */
  colour: { readonly measured: Measured; readonly availability: Availability } | null = null;
  content: FieldContent = { tokens: [], characters: new Map(), order: null };
  found: readonly number[] = [];
  private characters: { of: readonly TextToken[]; text: string; map: ReadonlyMap<number, SharedCharacter> } | null =
    null;
  private sortedAt = 0;
  private sortedBy = '';
  private searched: { of: readonly TextToken[]; query: string } | null = null;

  constructor(private readonly store: PanelStore) {
    this.knowledge = new Knowledge(store);
  }

  /**
   * Brings everything up to date.
   *
   * @param calm keeps the order that there is, because nothing but the moment has changed and someone looks at a token
   * @param plain right and wrong in the order of the text, whatever was chosen
   */
  update(calm: boolean, plain: boolean): void {
    const { tokens, view, text } = this.store;
    this.colour = plain || !view.colour ? null : this.measured(view.colour);
    const order = plain ? null : this.order(tokens, calm);
    this.content = { tokens, characters: this.charactersOf(tokens, text), order };
    const query = plain ? '' : view.search;
    if (this.searched?.of === tokens && this.searched.query === query) return;
    this.searched = { of: tokens, query };
    this.found = search(tokens, text, query);
  }

  private measured(name: MeasureName): { measured: Measured; availability: Availability } {
    this.knowledge.want(name);
    return { measured: measure(name, this.knowledge.known), availability: this.knowledge.availability(name) };
  }

  private order(tokens: readonly TextToken[], calm: boolean): readonly number[] | null {
    const { sort, descending, scrubbed } = this.store.view;
    if (!sort) return null;
    const { measured, availability } = this.measured(sort);
    // Without values there is nothing to sort by: the order of the text, without its segments.
    const key = [sort, descending, scrubbed, availability.state].join();
    const { order, tokens: before } = this.content;
    const now = performance.now();
    if (
      order &&
      before === tokens &&
      key === this.sortedBy &&
      (calm || now - this.sortedAt < sortMilliseconds) &&
      this.store.running
    )
      return order;
    this.sortedBy = key;
    this.sortedAt = now;
    const wanted = orderBy(measured.values, descending);
    const same = before === tokens && order?.length === wanted.length && order.every((index, i) => index === wanted[i]);
    return same ? order : wanted;
  }

  private charactersOf(tokens: readonly TextToken[], text: string): ReadonlyMap<number, SharedCharacter> {
    if (this.characters?.of !== tokens || this.characters.text !== text)
      this.characters = { of: tokens, text, map: sharedCharacters(tokens, text) };
    return this.characters.map;
  }
}
