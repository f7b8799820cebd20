import { html, type TemplateResult } from 'lit';
import type { DataTable } from '../../../src/report/csv.ts';
import type { DistanceReport } from '../../../src/runtime/results/distances.ts';
import { count, percent, precise } from '../../format.ts';
import { t } from '../../strings.ts';
import { kindName } from '../data/names.ts';
import { hasCurve } from './density-chart.ts';

/** The distances of each kind of pair, in numbers. */
export const groupsTable = ({
  groups,
}: DistanceReport): TemplateResult => html`<div class="scroll" tabindex="0" role="region" aria-label=${t('Kinds of Pairs')}><table>
  <thead>
    <tr>
      <th scope="col">${t('Pairs of')}</th>
      <th scope="col" class="number">${t('Pairs')}</th>
      <th scope="col" class="number">${t('Median')}</th>
      <th scope="col" class="number">${t('Quartiles')}</th>
      <th scope="col" class="number">${t('Least')}</th>
      <th scope="col" class="number">${t('Greatest')}</th>
    </tr>
  </thead>
  <tbody>
    ${groups.map(
      ({ kind, pairs, median, quartiles, least, greatest }) => html`<tr data-kind=${kind}>
        <th scope="row"><i class="key ${kind}"></i>${kindName(kind)}</th>
        <td class="number">${count(pairs)}</td>
        <td class="number">${precise(median)}</td>
        <td class="number">${precise(quartiles[0])} – ${precise(quartiles[1])}</td>
        <td class="number">${precise(least)}</td>
        <td class="number">${precise(greatest)}</td>
      </tr>`,
    )}
  </tbody>
</table></div>`;

/** How much the densities lie over each other, in a sentence; empty where there are no two of them. */
export function overlapSentence({ groups, overlaps }: DistanceReport): string {
  const curves = new Set(groups.filter(hasCurve).map(({ kind }) => kind));
  const told = overlaps.filter(({ kinds }) => kinds.every(kind => curves.has(kind)));
  if (!told.length) return '';
  return t(
    'The densities overlap: {0}.',
    told
      .map(({ kinds: [a, b], coefficient }) => t('{0} and {1} by {2}', kindName(a), kindName(b), percent(coefficient)))
      .join(', '),
  );
}

/** The same as a table of its own. */
export const groupsData = ({ groups, overlaps }: DistanceReport): DataTable => ({
  columns: ['kind', 'pairs', 'median', 'lower quartile', 'upper quartile', 'least', 'greatest', 'overlaps'],
  rows: groups.map(({ kind, pairs, median, quartiles, least, greatest }) => [
    kind,
    pairs,
    median,
    ...quartiles,
    least,
    greatest,
    overlaps
      .filter(({ kinds }) => kinds.includes(kind))
      .map(({ kinds, coefficient }) => `${kinds.find(other => other !== kind)}: ${coefficient}`)
      .join('; '),
  ]),
});
