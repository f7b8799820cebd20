/** The one place through which every visible text goes: `{0}`, `{1}` ... are replaced by the values. */
export function t(message: string, ...values: readonly (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}
