import * as vscode from 'vscode';
import type { Vectors } from '../../runtime/results/compression.ts';
import type { ProtoFiles } from './proto-files.ts';
import { nameOf, writeBeside } from './saving.ts';

interface Row {
  readonly vector: 'e' | 'm';
  readonly row: number;
  readonly values: readonly number[];
}

function rowsOf({ hiddenSize, e, m }: Vectors): Row[] {
  const rows = (vector: 'e' | 'm', values: Float32Array): Row[] =>
    Array.from({ length: values.length / hiddenSize }, (_, row) => ({
      vector,
      row,
      values: [...values.subarray(row * hiddenSize, (row + 1) * hiddenSize)],
    }));
  return [...rows('e', e), ...rows('m', m)];
}

function csv(rows: readonly Row[]): string {
  const width = rows[0]?.values.length ?? 0;
  const header = ['vector', 'row', ...Array.from({ length: width }, (_, i) => String(i))];
  return [header, ...rows.map(({ vector, row, values }) => [vector, row, ...values])]
    .map(line => line.join())
    .join('\n');
}

/** Writes the vectors of a file as CSV or JSON, by the ending that the person chooses. */
export async function exportVectors(files: ProtoFiles, uri: vscode.Uri): Promise<void> {
  const rows = rowsOf(await files.vectors(uri));
  const target = await vscode.window.showSaveDialog({
    defaultUri: uri.with({ path: uri.path.replace(/(\.tokens)?\.proto$/, '.vectors.csv') }),
    filters: { CSV: ['csv'], JSON: ['json'] },
    title: vscode.l10n.t('Export the vectors of {0}', nameOf(uri)),
  });
  if (!target) return;
  const content = target.path.endsWith('.json') ? JSON.stringify(rows) : csv(rows);
  await writeBeside(target, new TextEncoder().encode(content));
}
