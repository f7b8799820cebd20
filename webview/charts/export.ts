/** A table behind a picture. */
export interface DataTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As RFC 4180 wants it. */
export function toCsv({ columns, rows }: DataTable): string {
  return `${[columns, ...rows].map(row => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

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
