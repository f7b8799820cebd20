import { scaleColour } from '../../charts/colour-scale.ts';
import type { Pen } from '../../charts/svg-context.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { hex } from '../chip-paint.ts';
import type { Histogram } from './histogram.ts';
import type { Measured } from './measures.ts';
import { placeOf, ticksOf } from './scale.ts';

/** Heights from top to bottom, and the room beside the ramp for half a number. */
const layout = { bars: 40, gap: 2, ramp: 12, numbers: 18, side: 22 } as const;
export const legendHeight = layout.bars + layout.gap + layout.ramp + layout.numbers;

/** Paints the histogram of a measure over the colours of its scale, with round numbers below. */
export function paintLegend(
  pen: Pen,
  { measure, scale }: Measured,
  { bins }: Histogram,
  theme: ChartTheme,
  width: number,
): void {
  const plot = width - 2 * layout.side;
  const most = Math.max(1, ...bins.map(({ tokens }) => tokens));
  const wide = plot / bins.length;
  for (const [i, { tokens }] of bins.entries()) {
    if (!tokens) continue;
    const tall = Math.max(2, (tokens / most) * layout.bars);
    const left = layout.side + i * wide;
    pen.fillStyle = hex(scaleColour((i + 0.5) / bins.length));
    pen.fillRect(left, layout.bars - tall, Math.max(1, wide - 1), tall);
    // The darkest colours on a dark ground, and the lightest on a light one, show by their outline.
    pen.strokeStyle = theme.muted;
    pen.lineWidth = 1;
    pen.strokeRect(left + 0.5, layout.bars - tall + 0.5, Math.max(1, wide - 2), tall - 0.5);
  }
  const top = layout.bars + layout.gap;
  for (let x = 0; x < plot; x++) {
    pen.fillStyle = hex(scaleColour(x / (plot - 1)));
    pen.fillRect(layout.side + x, top, 1.5, layout.ramp);
  }
  pen.strokeStyle = theme.muted;
  pen.strokeRect(layout.side - 0.5, top - 0.5, plot + 1, layout.ramp + 1);
  pen.fillStyle = theme.muted;
  pen.font = `11px ${theme.fontFamily}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  let free = Number.NEGATIVE_INFINITY;
  for (const tick of ticksOf(scale, plot / 70)) {
    const x = layout.side + placeOf(scale, tick) * plot;
    const label = measure.tick(tick);
    const half = pen.measureText(label).width / 2;
    pen.fillRect(Math.round(x), top + layout.ramp, 1, 3);
    if (x - half < free) continue;
    pen.fillText(label, x, top + layout.ramp + 5);
    free = x + half + 6;
  }
}
