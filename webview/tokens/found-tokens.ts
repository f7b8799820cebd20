import type { PanelStore } from '../data/store.ts';
import { tokenCodes } from '../data/token-state.ts';
import type { ChipField } from './chip-field.ts';

/** Goes through the tokens that were found, in the order in which they stand. */
export class FoundTokens {
  /** Which of them was gone to last, from 0; -1 before there is one. */
  place = -1;
  private query = '';

  constructor(
    private readonly store: PanelStore,
    private readonly field: ChipField,
  ) {}

  /** Those of the found ones that are shown. Another search begins at its start. */
  reachable(found: readonly number[]): readonly number[] {
    const { onlyWrong, search } = this.store.view;
    if (search !== this.query) {
      this.query = search;
      this.place = -1;
    }
    const { field } = this;
    const shown = onlyWrong ? found.filter(index => field.codes[index] === tokenCodes.wrong) : found;
    return [...shown].sort((a, b) => field.placeOf(a) - field.placeOf(b));
  }

  /** The next one, or the one before it, around the ends; undefined when there is none. */
  next(found: readonly number[], direction: 1 | -1): number | undefined {
    const all = this.reachable(found);
    if (!all.length) return undefined;
    const from = this.place < 0 && direction < 0 ? 0 : this.place;
    this.place = (from + direction + all.length) % all.length;
    return all[this.place];
  }
}
