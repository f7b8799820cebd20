import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halves, planSegments } from '../../../src/runtime/compression/segments.ts';
import { arrangementNames, isArrangementName, layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { isRecipeName, recipeNames } from '../../../src/runtime/training/recipe-names.ts';

describe('the arrangements of Table 1', () => {
  const kindsOf = (name: (typeof arrangementNames)[number], tokens: number): string =>
    layoutOf(name, tokens)
      .kinds.map(kind => 'em'[kind])
      .join('');

  test.each([
    ['e-repeated', 'e', 'eeee', 'eeeee'],
    ['e-half-m-half', 'e', 'eemm', 'eeemm'],
    ['e-m-alternating', 'e', 'emem', 'ememe'],
    ['e-unguided-m-repeated', 'em', 'emmmm', 'emmmmm'],
    ['e-m-repeated', 'e', 'emmm', 'emmmm'],
  ] as const)('%s is %s, %s, %s for one, four and five tokens', (name, one, four, five) => {
    expect([1, 4, 5].map(tokens => kindsOf(name, tokens))).toEqual([one, four, five]);
    // Only where e is not guided does a token's output stand one position later.
    const first = name === 'e-unguided-m-repeated' ? 1 : 0;
    expect(layoutOf(name, 4).positionOfToken).toEqual([0, 1, 2, 3].map(token => token + first));
  });

  test('are these five, whatever else an object has', () => {
    expect(arrangementNames).toHaveLength(5);
    expect(recipeNames).toHaveLength(3);
    for (const name of ['toString', 'constructor', '__proto__', '', 'E-REPEATED']) {
      expect(isArrangementName(name)).toBe(false);
      expect(isRecipeName(name)).toBe(false);
    }
  });
});

describe('segments', () => {
  test('are the fewest that cover the text without a gap, of nearly equal length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 600 }), (tokens, longest) => {
        const segments = planSegments(tokens, longest);
        expect(segments).toHaveLength(Math.ceil(tokens / longest));
        let end = 0;
        for (const { start, length } of segments) {
          expect(start).toBe(end);
          end += length;
        }
        expect(end).toBe(tokens);
        const lengths = segments.map(({ length }) => length);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(longest);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('are halved until they are shorter than four tokens', () => {
    expect(halves({ start: 7, length: 3 })).toEqual([]);
    expect(halves({ start: 7, length: 4 })).toEqual([
      { start: 7, length: 2 },
      { start: 9, length: 2 },
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 5000 }), length => {
        const [first, second, ...more] = halves({ start: 10, length });
        expect(more).toEqual([]);
        expect(first?.start).toBe(10);
        expect(second?.start).toBe(10 + (first?.length ?? 0));
        expect((first?.length ?? 0) + (second?.length ?? 0)).toBe(length);
        expect(Math.abs((first?.length ?? 0) - (second?.length ?? 0))).toBeLessThanOrEqual(1);
      }),
    );
  });
});
