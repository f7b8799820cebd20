/** Our files, and those of published models, have less than a dozen levels; what walks through a value takes stack for each. */
export const deepestJson = 64;

/** Whether a value is nested deeper than that. Level by level: no stack grows with what is looked at. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length; depth++) {
    if (depth > deepestJson) return true;
    const inside: unknown[] = [];
    for (const item of level)
      if (typeof item === 'object' && item !== null)
        for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) inside.push(child);
    level = inside;
  }
  return false;
}
