/** A table of values, as programs read it. */
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
