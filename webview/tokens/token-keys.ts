import { tokenCodes } from '../data/token-state.ts';
import type { ChipField } from './chip-field.ts';

/** Tokens that a page key moves over. */
const page = 50;

/** Whether something holds of the token at a place. */
type Test = (place: number) => boolean;

/** The next place in a direction for which something holds. */
function seek(from: number, step: 1 | -1, length: number, holds: Test): number | undefined {
  for (let place = from + step; place >= 0 && place < length; place += step) if (holds(place)) return place;
  return undefined;
}

const isWrong =
  (field: ChipField): Test =>
  place =>
    field.codes[field.indexAt(place)] === tokenCodes.wrong;

/** The next wrong token from a place, in the order in which they stand. */
export function nextWrong(field: ChipField, from: number, step: 1 | -1): number | undefined {
  const place = seek(from, step, field.length, isWrong(field));
  return place === undefined ? undefined : field.indexAt(place);
}

/** The place above or below: the nearest one of the next line. */
function across(field: ChipField, from: number, step: 1 | -1, shown: Test): number | undefined {
  const box = (place: number) => field.chip(field.indexAt(place))?.getClientRects()[0];
  const start = box(from);
  if (!start) return undefined;
  const first = seek(from, step, field.length, place => shown(place) && (box(place)?.top ?? start.top) !== start.top);
  const line = first === undefined ? undefined : box(first)?.top;
  let best = first;
  for (let place = first; place !== undefined; place = seek(place, step, field.length, shown)) {
    const rectangle = box(place);
    if (rectangle?.top !== line || rectangle === undefined) break;
    if (Math.abs(rectangle.left - start.left) <= Math.abs((box(best ?? place)?.left ?? 0) - start.left)) best = place;
  }
  return best;
}

/** Where a key leads from a token; undefined for keys that lead nowhere. */
export function destination(key: string, field: ChipField, index: number, onlyWrong: boolean): number | undefined {
  const place = placeAfter(key, field, field.placeOf(index), onlyWrong ? isWrong(field) : () => true);
  return place === undefined ? undefined : field.indexAt(place);
}

function placeAfter(key: string, field: ChipField, from: number, shown: Test): number | undefined {
  const last = field.length - 1;
  switch (key) {
    case 'ArrowRight':
      return seek(from, 1, field.length, shown);
    case 'ArrowLeft':
      return seek(from, -1, field.length, shown);
    case 'ArrowDown':
      return across(field, from, 1, shown);
    case 'ArrowUp':
      return across(field, from, -1, shown);
    case 'Home':
      return seek(-1, 1, field.length, shown);
    case 'End':
      return seek(last + 1, -1, field.length, shown);
    case 'PageDown':
      return seek(Math.min(last, from + page) - 1, 1, field.length, shown);
    case 'PageUp':
      return seek(Math.max(0, from - page) + 1, -1, field.length, shown);
    case 'n':
      return seek(from, 1, field.length, isWrong(field));
    case 'p':
      return seek(from, -1, field.length, isWrong(field));
    default:
      return undefined;
  }
}
