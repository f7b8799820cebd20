import { html, type TemplateResult } from 'lit';
import { explanation } from '../glossary/explained.ts';
import { t } from '../strings.ts';

/** What the looks of chips mean. */
export const legend = (): TemplateResult => html`
  <ul class="legend" aria-label=${t('Legend')}>
    <li><span class="chip right sure">${t('right')}</span></li>
    <li><span class="chip right unsure">${t('right, barely')}</span> ${explanation('Right, barely')}</li>
    <li><span class="chip wrong" data-guess=${t('predicted')}>${t('wrong')}</span></li>
    <li><span class="chip unknown">${t('not known yet')}</span></li>
  </ul>
`;

/** What the looks of chips mean that a measure colours. */
export const measuredLegend = (): TemplateResult => html`
  <ul class="legend" aria-label=${t('Legend')}>
    <li><span class="chip measured wrong example">${t('wrong')}</span></li>
    <li><span class="chip measured blank">${t('without a value')}</span></li>
    <li class="muted">${t('The bar below a token is as long as its value is high.')}</li>
  </ul>
`;
