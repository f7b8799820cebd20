import type { Sizes } from '../../src/runtime/results/compression.ts';
import { bytes, percent } from '../format.ts';
import { t } from '../strings.ts';

/** A row of the sizes: a bar of its own, or a part of the file's. */
export interface SizeRow {
  readonly name: string;
  readonly bytes: number;
  /** Number of the file's part, from 1; 0 is not a part. */
  readonly part: number;
}

export function sizeRows(sizes: Sizes): readonly SizeRow[] {
  return [
    { name: t('Text'), bytes: sizes.text, part: 0 },
    { name: t('Text through zlib'), bytes: sizes.deflated, part: 0 },
    { name: t('File'), bytes: sizes.file, part: 0 },
    { name: t('Vectors'), bytes: sizes.vectors, part: 1 },
    { name: t('Corrections'), bytes: sizes.corrections, part: 2 },
    { name: t('Patches'), bytes: sizes.patches, part: 3 },
    { name: t('Header'), bytes: sizes.header, part: 4 },
  ];
}

function compared(file: number, other: number): string {
  if (file === other) return t('as large as');
  return file < other
    ? t('{0} smaller than', percent(1 - file / other))
    : t('{0} times as large as', (file / other).toFixed(1));
}

/** Says without flattery how the file compares. */
export function verdict({ file, text, deflated }: Sizes): string {
  return t(
    'The file has {0}: {1} the text ({2}) and {3} the text through zlib ({4}). The model that decodes it is not counted.',
    bytes(file),
    compared(file, text),
    bytes(text),
    compared(file, deflated),
    bytes(deflated),
  );
}
