import { expect, test } from 'vitest';
import { type Earlier, isLong, mayBeLong, paceOf } from '../../../src/views/commands/cost.ts';
import { request } from './support/stand-in-engine.ts';

const { model, choices } = request;

function earlier(decodedTokens: number, seconds: number, other: Partial<Earlier> = {}): Earlier {
  return { status: 'finished', request: { model, choices }, result: () => ({ decodedTokens, seconds }), ...other };
}

test('nothing is known where nothing was measured', () => {
  expect(paceOf([], model, choices)).toBeUndefined();
});

test('the pace is that of finished jobs with the same model, device, recipe and segments; the median of them', () => {
  const others = [
    earlier(64, 6400, { status: 'cancelled' }),
    earlier(64, 6400, { request: { model: { ...model, folder: '/models/other' }, choices } }),
    earlier(64, 6400, { request: { model: { ...model, device: 'webgpu' }, choices } }),
    earlier(64, 6400, { request: { model, choices: { ...choices, recipe: 'paper' } } }),
    earlier(64, 6400, { request: { model, choices: { ...choices, segmentLength: 32 } } }),
    // What was kept from before an edit took no time.
    earlier(64, 0.1, { request: { model, choices, continueFrom: new Uint8Array() } }),
    earlier(64, 6400, { result: () => null }),
  ];
  expect(paceOf(others, model, choices)).toBeUndefined();
  const pace = paceOf([...others, earlier(64, 64), earlier(64, 128), earlier(128, 6400)], model, choices);
  expect(pace).toEqual({ secondsPerToken: 2, measured: 3, shorter: false });
});

test('short texts count only where there are no others: a full segment takes longer', () => {
  expect(paceOf([earlier(10, 1)], model, choices)).toEqual({ secondsPerToken: 0.1, measured: 1, shorter: true });
  expect(paceOf([earlier(10, 1), earlier(64, 64)], model, choices)).toMatchObject({ measured: 1, shorter: false });
});

test('a person is asked from two minutes on; where no time is known, from a thousand tokens on', () => {
  const pace = { secondsPerToken: 0.5, measured: 1, shorter: false };
  expect(isLong(239, pace)).toBe(false);
  expect(isLong(240, pace)).toBe(true);
  expect(isLong(999, undefined)).toBe(false);
  expect(isLong(1000, undefined)).toBe(true);
});

test('tokens of a text that is too short to be long are not counted', () => {
  expect(mayBeLong(1000, undefined)).toBe(false);
  expect(mayBeLong(5000, undefined)).toBe(true);
});
