import { expect, test } from 'vitest';
import { barFormat } from '../../../src/cli/terminal.ts';
import { counted } from '../../../src/runtime/counted.ts';

/** What a terminal shows of a format: its values and its bar as wide as they become. */
const shown = ({ format, barsize }: ReturnType<typeof barFormat>, tokens: number): string =>
  format
    .replace('{bar}', '#'.repeat(barsize))
    .replace('{right}', tokens.toLocaleString('en'))
    .replace('{all}', tokens.toLocaleString('en'))
    .replace('{text}', counted(tokens, 'token'))
    .replace('{loss}', '12.345')
    .replace('{evaluations}', '1234 evaluations')
    .replace('{left}', '12:34');

test.each([40, 60, 72, 80, 100, 200])('the line of progress fits in %d columns', columns => {
  for (const tokens of [1, 128, 12_345]) {
    const line = shown(barFormat(columns, tokens), tokens);
    expect(line.length).toBeLessThan(columns);
    // Whatever the bar takes, it is not the place of what counts.
    expect(line).toMatch(new RegExp(`${tokens.toLocaleString('en')}( of |/)${tokens.toLocaleString('en')} `));
    expect(line).toContain('1234 evaluations');
  }
  expect(barFormat(columns, 128).format.includes('left')).toBe(columns >= 72);
});

test('the bar takes the room that is left, and no more than it needs', () => {
  expect(barFormat(80, 128).barsize).toBeGreaterThanOrEqual(8);
  expect(barFormat(400, 128).barsize).toBe(40);
});
