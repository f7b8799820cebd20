import { at, escaped, filled, marker, path, svgFile, textAt } from './svg.ts';
import { linearAxis } from './ticks.ts';

/** A quantity that is made up of parts. */
export interface Bar {
  readonly name: string;
  /** Drawn one after the other; `look` says in which colour. */
  readonly parts: readonly { readonly name: string; readonly value: number; readonly look: number }[];
}

export interface BarsPicture {
  readonly title: string;
  readonly description: string;
  readonly label: string;
  readonly bars: readonly Bar[];
}

const [left, top, width, rowHeight] = [96, 84, 560, 34];
const numberRoom = 90;

/** Quantities as bars in rows, with their sums at the ends and the names of their parts above. */
export function barsSvg({ title, description, label, bars }: BarsPicture): string {
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const axis = linearAxis(label, sums);
  const [, most] = axis.range;
  const x = (value: number): number => left + (value / most) * width;
  const bottom = top + bars.length * rowHeight;
  const named = new Map(bars.flatMap(({ parts }) => parts.map(part => [part.name, part.look] as const)));
  let room = left;
  const legend = [...named].flatMap(([name, look]) => {
    const parts = [marker(look, room + 5, 52), textAt(room + 16, 56, name)];
    room += 34 + name.length * 7;
    return parts;
  });
  return svgFile({ width: left + width + numberRoom, height: bottom + 52, title, description }, [
    textAt(24, 26, title, { size: 16 }),
    ...legend,
    ...axis.ticks.flatMap(tick => [
      path(`M${at(x(tick))} ${top - 8}V${bottom}`, 'grid'),
      textAt(x(tick), bottom + 16, tick.toLocaleString('en'), { anchor: 'middle', size: 11 }),
    ]),
    textAt(left + width / 2, bottom + 38, label, { anchor: 'middle' }),
    ...bars.flatMap(({ name, parts }, row) => {
      const y = top + row * rowHeight;
      let from = 0;
      const pieces = parts.map(part => {
        const begin = x(from);
        from += part.value;
        // What is there is seen, however small.
        const extent = part.value > 0 ? Math.max(1.5, x(from) - begin - 1) : 0;
        return `<rect x="${at(begin)}" y="${y}" width="${at(extent)}" height="20" ${filled(part.look)}><title>${escaped(`${part.name}: ${part.value.toLocaleString('en')}`)}</title></rect>`;
      });
      return [
        textAt(left - 8, y + 14, name, { anchor: 'end' }),
        ...pieces,
        textAt(x(sums[row] ?? 0) + 6, y + 14, (sums[row] ?? 0).toLocaleString('en'), { size: 11 }),
      ];
    }),
  ]);
}
