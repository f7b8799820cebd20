import type { TemplateResult } from 'lit';
import { whole } from '../controls.ts';
import { t } from '../strings.ts';

/** How much of its text a solution has to get right to take part. @param accuracy 0 to 1 */
export const least = (accuracy: number, onChange: (accuracy: number) => void): TemplateResult =>
  whole(t('Accuracy at least, %'), Math.round(100 * accuracy), [0, 100], percent => onChange(percent / 100));
