import type { PanelStore } from '../data/store.ts';
import { yOf } from './raster-picture.ts';
import { describeCell, type RasterPlace } from './raster-place.ts';
import { shownSpan, xOf } from './span.ts';

/** What lies over a raster: a frame around a row, a line at an evaluation, and a note that names what is there. */
export interface Overlay {
  readonly rowFrame: HTMLElement;
  readonly columnLine: HTMLElement;
  readonly tip: HTMLElement;
}

/** Between the pointer and the note. */
const gap = 14;

/** @param row that is framed; undefined frames none */
export function placeOverlay(
  { rowFrame, columnLine, tip }: Overlay,
  store: PanelStore,
  row: number | undefined,
  cursor: RasterPlace | null,
  { clientWidth: width, clientHeight: height }: Element,
): void {
  const { tokens, moments, view } = store;
  rowFrame.hidden = row === undefined;
  if (row !== undefined) {
    const [top, bottom] = [yOf(tokens.length, height, row), yOf(tokens.length, height, row + 1)];
    rowFrame.style.setProperty('--row', `${Math.round(top)}px`);
    rowFrame.style.setProperty('--tall', `${Math.max(2, Math.round(bottom - top))}px`);
  }
  const moment = cursor ? moments[cursor.moment] : undefined;
  columnLine.hidden = moment === undefined;
  if (moment) {
    const x = xOf(shownSpan(moments, view.zoom), width, moment.evaluations);
    columnLine.style.setProperty('--column', `${Math.round(x)}px`);
  }
  tip.hidden = cursor === null;
  if (!cursor) return;
  tip.textContent = describeCell(store, cursor);
  const { width: wide, height: tall } = tip.getBoundingClientRect();
  const left = cursor.x + gap + wide > width ? cursor.x - gap - wide : cursor.x + gap;
  const top = cursor.y + gap + tall > height ? cursor.y - gap - tall : cursor.y + gap;
  tip.style.setProperty('--left', `${Math.max(0, left)}px`);
  tip.style.setProperty('--top', `${Math.max(0, top)}px`);
}
