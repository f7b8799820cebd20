import { describe, expect, test } from 'vitest';
import { meantJob, type Situation } from '../../../src/views/jobs/meant-job.ts';

interface Candidate {
  readonly name: string;
  readonly done: boolean;
}

const older = { name: 'older', done: true };
const later = { name: 'later', done: true };
const going = { name: 'going', done: false };
const situation: Situation<Candidate> = {
  focused: undefined,
  here: [],
  cursor: 0,
  running: going,
  all: [older, later, going],
};
const at = (job: Candidate, offset: number, length = 10) => ({ job, source: { offset, length } });
const any = (): boolean => true;
const done = (job: Candidate): boolean => job.done;

describe('the job that is meant where none is named', () => {
  test('is the one of the page that has the focus, wherever the cursor was', () => {
    expect(meantJob({ ...situation, focused: older, here: [at(later, 0)] }, any)).toBe(older);
  });

  test.each([20, 25, 30])('is the one whose text the cursor is in, of use or not (%i)', cursor => {
    expect(meantJob({ ...situation, here: [at(older, 0), at(going, 20)], cursor }, done)).toBe(going);
  });

  test('is the nearest of the document, and not a later one of another', () => {
    expect(meantJob({ ...situation, here: [at(older, 100)], cursor: 3 }, any)).toBe(older);
    expect(meantJob({ ...situation, here: [at(older, 0), at(later, 100)], cursor: 90 }, any)).toBe(later);
  });

  test('is what runs, and where a result is needed the latest that has one', () => {
    expect(meantJob(situation, any)).toBe(going);
    expect(meantJob(situation, done)).toBe(later);
    expect(meantJob({ ...situation, here: [at(going, 50)] }, done)).toBe(later);
  });

  test('is one of which can be said why not, where none is of use', () => {
    expect(meantJob({ ...situation, all: [going] }, done)).toBe(going);
    expect(meantJob({ ...situation, running: undefined, all: [] }, any)).toBeUndefined();
  });
});
