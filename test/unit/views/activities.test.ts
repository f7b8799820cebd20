import { expect, test } from 'vitest';
import { Activities, type Activity } from '../../../src/views/jobs/activities.ts';
import { JobStore } from '../../../src/views/jobs/job-store.ts';
import { orAborted } from '../../../src/views/models/or-aborted.ts';
import { temporaryFolder } from '../../support/paths.ts';

const request = { kind: 'probe', title: 'Probing a solution' } as const;

/** Work that ends when a test says so. */
function begin(activities: Activities, signal?: AbortSignal) {
  let end: () => void = () => undefined;
  const gate = new Promise<void>(resolve => {
    end = resolve;
  });
  const seen: { signal?: AbortSignal; activity?: Activity } = {};
  const work = activities.run(signal ? { ...request, signal } : request, async ({ signal: own, report, activity }) => {
    Object.assign(seen, { signal: own, activity });
    report({ message: '1 of 4', share: 0.25 });
    await gate;
    return 'done';
  });
  return { seen, work, end };
}

test('work is listed as long as it lasts, with how far it is', async () => {
  const activities = new Activities(new JobStore(temporaryFolder()));
  const { work, end } = begin(activities);
  expect(activities.all.map(({ progress }) => progress?.message)).toEqual(['1 of 4']);
  expect(activities.all[0]?.secondsLeft).toBeGreaterThanOrEqual(0);
  end();
  expect(await work).toBe('done');
  expect(activities.all).toEqual([]);
});

test('work that fails is listed no longer', async () => {
  const activities = new Activities(new JobStore(temporaryFolder()));
  await expect(activities.run(request, () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
  expect(activities.all).toEqual([]);
});

test('work that is cancelled stays until it has ended, and says so', async () => {
  const activities = new Activities(new JobStore(temporaryFolder()));
  const { seen, work, end } = begin(activities);
  const changes: boolean[] = [];
  activities.onDidChange(({ isCancelling }) => changes.push(isCancelling));
  seen.activity?.cancel();
  seen.activity?.cancel();
  expect(changes).toEqual([true]);
  expect(seen.signal?.aborted).toBe(true);
  expect(activities.all).toHaveLength(1);
  end();
  await work;
  expect(activities.all).toEqual([]);
});

test.each(['before it begins', 'later'])('work is cancelled by whoever wanted it: %s', async when => {
  const editor = new AbortController();
  if (when === 'before it begins') editor.abort();
  const { seen, work, end } = begin(new Activities(new JobStore(temporaryFolder())), editor.signal);
  editor.abort();
  expect(seen.signal?.aborted).toBe(true);
  end();
  await work;
});

test('nobody waits for work that was given up', async () => {
  const given = new AbortController();
  let fail: (error: Error) => void = () => undefined;
  const waiting = orAborted(new Promise<string>((_, reject) => (fail = reject)), given.signal);
  given.abort();
  expect(await waiting).toBeUndefined();
  fail(new Error('later'));
  expect(await orAborted(Promise.resolve('model'), new AbortController().signal)).toBe('model');
  await expect(orAborted(Promise.reject(new Error('none')), new AbortController().signal)).rejects.toThrow('none');
});
