import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planAfterEdit } from '../../../src/runtime/compression/reuse.ts';
import { planSegments } from '../../../src/runtime/compression/segments.ts';
import type { SolvedSegment, StartingSegment } from '../../../src/runtime/compression/task.ts';

const longest = 8;
/** Segments whose vectors tell which they are. */
const solved = (tokens: Int32Array): SolvedSegment[] =>
  planSegments(tokens.length, longest).map((segment, i) => ({
    ...segment,
    e: Float32Array.of(i),
    m: Float32Array.of(i),
  }));
const text = Int32Array.from({ length: 32 }, (_, i) => i);
const plan = (now: readonly number[]): StartingSegment[] =>
  planAfterEdit(text, Int32Array.from(now), solved(text), longest);
/** Start, length and whose vectors: `start+length<vectors`. */
const short = (segments: readonly StartingSegment[]): string =>
  segments.map(({ start, length, e }) => `${start}+${length}${e ? `<${e[0]}` : ''}`).join(' ');

describe('a text after an edit', () => {
  test('keeps every segment when nothing was edited', () => {
    expect(short(plan([...text]))).toBe('0+8<0 8+8<1 16+8<2 24+8<3');
  });

  test('begins an edited segment from its former vectors, and keeps the others', () => {
    expect(short(plan([...text.with(10, 99)]))).toBe('0+8<0 8+8<1 16+8<2 24+8<3');
    expect(short(plan([...text].filter(token => token !== 10)))).toBe('0+8<0 8+7<1 15+8<2 23+8<3');
  });

  test('cuts what was put in, wherever it stands', () => {
    const news = [101, 102, 103, 104];
    expect(short(plan([...news, ...text]))).toBe('0+4 4+8<0 12+8<1 20+8<2 28+8<3');
    expect(short(plan([...text, ...news]))).toBe('0+8<0 8+8<1 16+8<2 24+8<3 32+4');
    expect(short(plan([...text.slice(0, 12), ...news, ...text.slice(12)]))).toBe('0+8<0 8+6<1 14+6 20+8<2 28+8<3');
  });

  test('lets a small piece join what stands before it, if there is room', () => {
    expect(short(plan([...text.slice(0, 14), ...text.slice(16), 101]))).toBe('0+8<0 8+6<1 14+8<2 22+8<3 30+1');
    const shorter = [...text.slice(0, 5), 101, ...text.slice(8)];
    expect(short(plan(shorter))).toBe('0+6<0 6+8<1 14+8<2 22+8<3');
    const segments = [{ start: 0, length: 6, e: Float32Array.of(7), m: Float32Array.of(7) }];
    const six = text.slice(0, 6);
    expect(short(planAfterEdit(six, Int32Array.of(...six, 101, 102), segments, longest))).toBe('0+8<7');
  });

  test('hands former vectors on in their order where all is new, as far as there are any', () => {
    const other = Array.from({ length: 3000 }, (_, i) => 1000 + i);
    expect(short(plan(other.slice(0, 16)))).toBe('0+8<0 8+8<1');
    expect(short(planAfterEdit(Int32Array.from(other), text, [], longest))).toBe('0+8 8+8 16+8 24+8');
  });

  test('covers every token once, with segments as short as asked for', () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(tokens, tokens, (earlier, present) => {
        const [before, now] = [Int32Array.from(earlier), Int32Array.from(present)];
        const segments = solved(before);
        let end = 0;
        for (const { start, length } of planAfterEdit(before, now, segments, longest)) {
          expect(start).toBe(end);
          expect(length).toBeGreaterThan(0);
          expect(length).toBeLessThanOrEqual(longest);
          end += length;
        }
        expect(end).toBe(now.length);
      }),
    );
  });
});
