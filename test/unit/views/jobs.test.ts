import { describe, expect, test } from 'vitest';
import { Cancelled, UserError } from '../../../src/runtime/errors.ts';
import { explainToken } from '../../../src/views/jobs/explaining.ts';
import { Job } from '../../../src/views/jobs/job.ts';
import { namedJob } from '../../../src/views/jobs/named-job.ts';
import { jobDocument } from '../../../src/views/panel/job-document.ts';
import { makeQueue } from './support/queue.ts';
import { evaluation, progress, resultOf } from './support/stand-in-engine.ts';

describe('a job that is cancelled', () => {
  test('says so at once, until it has ended', async () => {
    const { engine, start } = makeQueue();
    const job = start();
    const running = await engine.compression(1);
    const seen: string[] = [];
    job.onDidChange(change => change === 'status' && seen.push(job.status));
    job.cancel();
    job.cancel();
    expect(job.status).toBe('cancelling');
    expect(job.isOver).toBe(false);
    expect(running.signal?.aborted).toBe(true);
    running.end(resultOf({ unknown: [2, 3], cancelled: true }));
    await job.ended();
    expect(seen).toEqual(['cancelling', 'cancelled']);
  });

  test('in the queue is no longer begun, and the one that runs goes on', async () => {
    const { engine, start } = makeQueue();
    const [first, second, third] = [start(), start(), start()];
    const running = await engine.compression(1);
    second.cancel();
    expect([first, second, third].map(({ status }) => status)).toEqual(['running', 'cancelled', 'queued']);
    expect(running.signal?.aborted).toBe(false);
    running.end(resultOf());
    expect((await engine.compression(2)).job).toBe(third.id);
    expect(first.status).toBe('finished');
  });

  test('before it had begun keeps nothing, and is cancelled', async () => {
    const { engine, start } = makeQueue();
    const job = start();
    const waiting = await engine.compression(1);
    job.cancel();
    waiting.fail(new Cancelled());
    await job.ended();
    expect(job.status).toBe('cancelled');
  });

  test('is interrupted when the engine had to be ended', async () => {
    const { engine, start } = makeQueue();
    const job = start();
    const running = await engine.compression(1);
    job.cancel();
    running.fail(new Error('ended'));
    await job.ended();
    expect(job.status).toBe('interrupted');
  });
});

describe('a job that is removed', () => {
  test('twice takes no other one with it', async () => {
    const { engine, queue, start } = makeQueue();
    const [first, second] = [start(), start()];
    (await engine.compression(1)).end(resultOf());
    (await engine.compression(2)).end(resultOf());
    await second.ended();
    await Promise.all([queue.remove(first), queue.remove(first)]);
    await queue.remove(first);
    expect(queue.jobs).toEqual([second]);
  });

  test('while it runs is cancelled, and gone when it has ended', async () => {
    const { engine, queue, start } = makeQueue();
    const job = start();
    const running = await engine.compression(1);
    const ended = job.ended();
    const removed = queue.remove(job);
    expect(queue.jobs).toEqual([job]);
    expect(job.status).toBe('cancelling');
    running.end(resultOf({ unknown: [2, 3], cancelled: true }));
    await Promise.all([ended, removed]);
    expect(queue.jobs).toEqual([]);
  });
});

describe('a job that was removed', () => {
  async function finished() {
    const made = makeQueue();
    const jobs = [made.start(), made.start(), made.start()];
    for (const number of [1, 2, 3]) (await made.engine.compression(number)).end(resultOf());
    await jobs[2]?.ended();
    return { ...made, jobs };
  }

  test('comes back to its place, and is heard and saved as before', async () => {
    const { queue, jobs } = await finished();
    const [, second] = jobs;
    if (!second) throw new Error('no job');
    const removal = await queue.remove(second);
    expect([queue.jobs.length, removal?.name]).toEqual([2, 'The sea was calm.']);
    await removal?.undo();
    expect(queue.jobs).toEqual(jobs);
    const heard: unknown[] = [];
    queue.onDidChange(job => heard.push(job));
    second.rename('again');
    expect(heard).toEqual([second]);
  });

  test('with others comes back in the same order', async () => {
    const { queue, jobs } = await finished();
    const removals = await Promise.all(jobs.map(job => queue.remove(job)));
    expect(queue.jobs).toEqual([]);
    for (const removal of removals.toReversed()) await removal?.undo();
    expect(queue.jobs).toEqual(jobs);
  });
});

test('a job that waits knows how many begin before it', async () => {
  const { engine, queue, start } = makeQueue();
  const [first, second, third] = [start(), start(), start()];
  (await engine.compression(1)).tell(progress);
  expect([queue.before(second), queue.before(third)]).toEqual([0, 1]);
  second.cancel();
  expect(queue.before(third)).toBe(0);
  // It joins the end.
  queue.resume(second);
  expect([queue.before(second), queue.before(third)]).toEqual([1, 0]);
  first.cancel();
});

test('a job is called by the first words of its text until a person names it', async () => {
  const { engine, start } = makeQueue();
  const job = start();
  const changes: string[] = [];
  await engine.compression(1);
  job.onDidChange(change => changes.push(change));
  expect([job.name, job.isNamed, jobDocument(job).title]).toEqual(['The sea was calm.', false, 'sea.txt:1']);
  job.rename('calm');
  expect([job.name, job.isNamed, jobDocument(job).title]).toEqual(['calm', true, 'calm']);
  job.rename(null);
  expect([job.name, job.isNamed]).toEqual(['The sea was calm.', false]);
  expect(changes).toEqual(['name', 'name']);
});

describe('the tokens that come out right', () => {
  test('are counted from the file once there is one, whatever was told before', async () => {
    const { engine, start } = makeQueue();
    const job = start();
    const running = await engine.compression(1);
    running.tell(progress);
    expect(job.score).toEqual({ correct: 1, tokens: 4 });
    job.cancel();
    running.end(resultOf({ wrong: [1], cancelled: true }));
    await job.ended();
    expect(job.score).toEqual({ correct: 3, tokens: 4 });
    expect(job.wrong).toEqual([{ index: 1, token: evaluation([1])[1] }]);
  });

  test('are counted from the training again while a cancelled job goes on', async () => {
    const { engine, queue, start } = makeQueue();
    const job = start();
    (await engine.compression(1)).end(resultOf({ wrong: [1, 2], cancelled: true }));
    await job.ended();
    queue.resume(job);
    (await engine.compression(2)).tell(progress);
    expect(job.score).toEqual({ correct: 1, tokens: 4 });
  });

  test('are not guessed where a cancelled job has not come to', async () => {
    const { engine, start } = makeQueue();
    const job = start();
    const running = await engine.compression(1);
    job.cancel();
    running.end(resultOf({ wrong: [1], unknown: [2, 3], cancelled: true }));
    await job.ended();
    expect(job.wrong.map(({ index }) => index)).toEqual([1]);
    expect(await explainToken(job, engine, 2)).toBeUndefined();
  });
});

test('a result of an earlier window stays when it cannot be looked at', async () => {
  const { engine, start } = makeQueue();
  const job = start();
  (await engine.compression(1)).end(resultOf({ wrong: [1] }));
  await job.ended();
  const later = new Job(job.request, undefined, job.checkpoint);
  later.restore(job.toRecord());
  engine.blind = new UserError('There is no memory.');
  await expect(later.open(engine)).rejects.toBe(engine.blind);
  expect([later.status, later.file, later.score]).toEqual(['finished', job.file, { correct: 3, tokens: 4 }]);
  expect(later.wrong).toEqual(job.wrong);
});

test('a job that waits for memory says for whose work, until it can begin', async () => {
  const { engine, start } = makeQueue();
  const job = start();
  const waiting = await engine.compression(1);
  const seen: (string | undefined)[] = [];
  job.onDidChange(() => seen.push(job.waitsFor));
  waiting.wait('a large model');
  waiting.wait(undefined);
  expect(seen).toEqual(['a large model', undefined]);
  waiting.end(resultOf());
  await job.ended();
});

test('a job that fails says why, and the next one begins', async () => {
  const { engine, start } = makeQueue();
  const [first, second] = [start(), start()];
  (await engine.compression(1)).fail(new UserError('The model is gone.'));
  expect((await engine.compression(2)).job).toBe(second.id);
  expect([first.status, first.problem]).toEqual(['failed', 'UserError: The model is gone.']);
});

describe('the job that a command is about', () => {
  const jobs = [{ id: 'a' }, { id: 'b' }];
  const latest = (): { id: string } | undefined => jobs[1];

  test.each([['a'], [{ id: 'a' }]])('is the one that is named (%j)', given => {
    expect(namedJob(given, jobs, latest)).toBe(jobs[0]);
  });

  test.each([['gone'], [{ id: 'gone' }]])('is never another one than is named (%j)', given => {
    expect(() => namedJob(given, jobs, latest)).toThrow(UserError);
  });

  test.each([[undefined], [{ scheme: 'file' }]])('is the one that is meant when none is named (%j)', given => {
    expect(namedJob(given, jobs, latest)).toBe(jobs[1]);
    expect(() => namedJob(given, jobs, () => undefined)).toThrow(UserError);
  });
});
