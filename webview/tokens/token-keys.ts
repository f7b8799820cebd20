import { tokenCodes } from '../data/token-state.ts';
import type { ChipField } from './chip-field.ts';

/** Tokens that a page key moves over. */
const page = 50;

/** The next token in a direction for which something holds. */
function seek(from: number, step: 1 | -1, length: number, holds: (index: number) => boolean): number | undefined {
  for (let index = from + step; index >= 0 && index < length; index += step) if (holds(index)) return index;
  return undefined;
}

export function nextWrong(field: ChipField, from: number, step: 1 | -1): number | undefined {
  return seek(from, step, field.length, index => field.codes[index] === tokenCodes.wrong);
}

/** The token above or below: the nearest one of the next line. */
function across(field: ChipField, from: number, step: 1 | -1, shown: (index: number) => boolean): number | undefined {
  const place = (index: number) => field.chip(index)?.getClientRects()[0];
  const start = place(from);
  if (!start) return undefined;
  const first = seek(from, step, field.length, index => shown(index) && (place(index)?.top ?? start.top) !== start.top);
  const line = first === undefined ? undefined : place(first)?.top;
  let best = first;
  for (let index = first; index !== undefined; index = seek(index, step, field.length, shown)) {
    const rectangle = place(index);
    if (rectangle?.top !== line || rectangle === undefined) break;
    if (Math.abs(rectangle.left - start.left) <= Math.abs((place(best ?? index)?.left ?? 0) - start.left)) best = index;
  }
  return best;
}

/** Where a key leads from a token; undefined for keys that lead nowhere. */
export function destination(key: string, field: ChipField, from: number, onlyWrong: boolean): number | undefined {
  const shown = (index: number): boolean => !onlyWrong || field.codes[index] === tokenCodes.wrong;
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
      return nextWrong(field, from, 1);
    case 'p':
      return nextWrong(field, from, -1);
    default:
      return undefined;
  }
}
