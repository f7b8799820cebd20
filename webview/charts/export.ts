import type { DataTable } from '../../src/report/csv.ts';

/** An array of objects, one a row. */
export function toJson({ columns, rows }: DataTable): string {
  const records = rows.map(row => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null])));
  return `${JSON.stringify(records, null, 2)}\n`;
}

export async function toPng(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The picture could not be made.');
  return new Uint8Array(await blob.arrayBuffer());
}
