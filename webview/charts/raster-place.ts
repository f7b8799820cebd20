import type { PanelStore } from '../data/store.ts';
import { count, percent, quoted } from '../format.ts';
import { t } from '../strings.ts';
import { margin, plotSize } from './raster-picture.ts';
import { evaluationAt, shownSpan } from './span.ts';

/** A place in a raster: a token at a moment. */
export interface RasterPlace {
  /** From the top. */
  readonly row: number;
  /** Index of the row's token in the text. */
  readonly token: number;
  /** Index of the moment. */
  readonly moment: number;
  /** In pixels of the raster. */
  readonly x: number;
  readonly y: number;
}

/** Where a pointer is; null outside of the plot. */
export function placeOfEvent(
  { tokens, moments, view }: PanelStore,
  { clientX, clientY }: PointerEvent,
  box: DOMRect,
  order: readonly number[] | null,
): RasterPlace | null {
  const [x, y] = [clientX - box.left, clientY - box.top];
  const plot = plotSize(box.width, box.height);
  const row = Math.floor(((y - margin.top) / plot.height) * tokens.length);
  const inside = x >= margin.left && x <= margin.left + plot.width && row >= 0 && row < tokens.length;
  if (!inside || !moments.length) return null;
  const evaluation = evaluationAt(shownSpan(moments, view.zoom), box.width, x);
  const found = moments.findIndex(({ evaluations }) => evaluations >= evaluation);
  return { row, token: order?.[row] ?? row, moment: found < 0 ? moments.length - 1 : found, x, y };
}

/** Names what is at a place: token, evaluation, and how probable the token was. */
export function describeCell({ tokens, moments }: PanelStore, place: RasterPlace): string {
  const token = tokens[place.token];
  const moment = moments[place.moment];
  if (!token || !moment) return '';
  const name = t('token {0}, {1}', count(place.token + 1), quoted(token.text));
  const when = t('evaluation {0}', count(moment.evaluations));
  const guess = moment.predicted[place.token] ?? -1;
  if (guess < 0) return t('{0}: {1}, not known yet', name, when);
  const probability = percent(moment.probability[place.token] ?? Number.NaN);
  return guess === token.id
    ? t('{0}: {1}, right, probability {2}', name, when, probability)
    : t('{0}: {1}, wrong, probability {2}', name, when, probability);
}
