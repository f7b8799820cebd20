import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Activities } from '../../../src/views/jobs/activities.ts';
import { Job } from '../../../src/views/jobs/job.ts';
import { JobQueue } from '../../../src/views/jobs/job-queue.ts';
import { JobStore } from '../../../src/views/jobs/job-store.ts';
import { WindowFolders } from '../../../src/views/jobs/window-folders.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { evaluation, progress, request, resultOf, StandInEngine, StandInReporter } from './support/stand-in-engine.ts';
import { bystander, crash, end, giveTo } from './support/windows.ts';

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A job with a result of which one token is wrong. */
async function finishedJob(store: JobStore, number: number, continueFrom?: Uint8Array): Promise<Job> {
  const engine = new StandInEngine();
  const own = { ...request, id: id(number), ...(continueFrom ? { continueFrom } : {}) };
  const job = new Job(own, undefined, store.checkpointOf(id(number)));
  const run = job.run(engine, () => undefined);
  const compression = await engine.compression(1);
  compression.tell(progress);
  compression.end(resultOf({ wrong: [2] }));
  await run;
  job.markSaved({ uri: 'file:///work/b/sea.tokens.proto', name: 'b/sea.tokens.proto' });
  return job;
}

describe('jobs that are stored', () => {
  test('are there again after a crash, with their history, their result and what is wrong in it', async () => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    const job = await finishedJob(store, 1, Uint8Array.of(9, 8));
    await store.save(job);
    await crash(root);
    const { jobs, damaged } = await new JobStore(root).load();
    expect(damaged).toEqual([]);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.request).toEqual({ ...job.request, continueFrom: Buffer.of(9, 8) });
    expect(jobs[0]?.record).toEqual({ ...job.toRecord(), file: Buffer.of(1, 2, 3) });
    expect(jobs[0]?.record.wrong).toEqual([{ index: 2, token: evaluation([2])[2] }]);
  });

  test('are plain files that other programs read', async () => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    await store.save(await finishedJob(store, 1));
    const [folder = ''] = readdirSync(root);
    const read = (ending: string): Buffer => readFileSync(join(root, folder, `${id(1)}.${ending}`));
    expect(JSON.parse(read('json').toString())).toMatchObject({
      format: 'proto-tokens job',
      version: 3,
      kind: 'compression',
      name: null,
      request: { text: request.text },
      status: 'finished',
    });
    const moments = read('moments.jsonl').toString().trim().split('\n');
    const first = JSON.parse(moments[0] ?? '');
    expect(Buffer.from(first.predicted, 'base64').readInt32LE(4)).toBe(9);
    expect(Buffer.from(first.probability, 'base64').readFloatLE(0)).toBeCloseTo(Math.exp(-0.1));
    expect([...read('proto')]).toEqual([1, 2, 3]);
  });

  test.each([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ format: 'proto-tokens job', version: 2 })],
    ['something else', '{"format": "proto-tokens job", "version": 3, "kind": "compression", "request": 7}'],
  ])('are left out when they are damaged: %s', async (_, content) => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    await store.save(await finishedJob(store, 1));
    await store.save(await finishedJob(store, 2));
    const [folder = ''] = readdirSync(root);
    writeFileSync(join(root, folder, `${id(1)}.json`), content);
    writeFileSync(join(root, folder, `${id(2)}.moments.jsonl`), '{"evaluations": "many"}\n');
    await crash(root);
    const { jobs, damaged } = await new JobStore(root).load();
    expect(jobs.map(job => [job.request.id, job.record.moments])).toEqual([[id(2), []]]);
    expect(damaged).toEqual([expect.stringContaining(id(1))]);
  });

  test('are the 20 latest', async () => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    for (let number = 0; number < 22; number++) await store.save(await finishedJob(store, number));
    await crash(root);
    expect((await new JobStore(root).load()).jobs).toHaveLength(20);
    await crash(root);
    expect((await new JobStore(root).load()).jobs).toHaveLength(20);
  });

  test('that are removed leave nothing', async () => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    const job = await finishedJob(store, 1, Uint8Array.of(9));
    await store.save(job);
    writeFileSync(job.checkpoint, 'x');
    await store.remove(job.id);
    const [folder = ''] = readdirSync(root);
    expect(readdirSync(join(root, folder))).toEqual([]);
  });

  test('that are set aside are there until another window comes, and are gone then', async () => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    for (const number of [1, 2, 3]) await store.save(await finishedJob(store, number));
    await store.setAside(id(1));
    await store.setAside(id(2));
    await store.bringBack(id(2));
    await crash(root);
    const { jobs } = await new JobStore(root).load();
    expect(jobs.map(job => job.request.id).sort()).toEqual([id(2), id(3)]);
    const [folder = ''] = readdirSync(root);
    expect(readdirSync(join(root, folder)).filter(name => name.startsWith(id(1)))).toEqual([]);
  });

  test('keep the name that a person gave them, and when they began', async () => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    const job = await finishedJob(store, 1);
    job.rename('the sea, once more');
    await store.save(job);
    await crash(root);
    const [loaded] = (await new JobStore(root).load()).jobs;
    expect(loaded?.record).toMatchObject({ name: 'the sea, once more', created: job.created });
  });

  test('write their result once, however often they change', async () => {
    const root = temporaryFolder();
    const store = new JobStore(root);
    const job = await finishedJob(store, 1);
    await store.save(job);
    const [folder = ''] = readdirSync(root);
    const inode = (ending: string): number => statSync(join(root, folder, `${id(1)}.${ending}`)).ino;
    const before = [inode('proto'), inode('moments.jsonl')];
    job.markSaved({ uri: 'file:///elsewhere', name: 'elsewhere' });
    await store.save(job);
    expect([inode('proto'), inode('moments.jsonl')]).toEqual(before);
  });
});

describe('windows that share a storage', () => {
  const folderOf = (root: string, pid: number, started = Date.now()): string => {
    const folder = join(root, `${pid}-${started}`);
    mkdirSync(folder, { recursive: true });
    return folder;
  };

  test('leave each other alone as long as they run, and one takes over what another left that has ended', async () => {
    const root = temporaryFolder();
    const other = bystander();
    const theirs = folderOf(root, other.pid);
    const mine = new WindowFolders(root);
    expect(await mine.takeOver()).toEqual([]);
    expect(await mine.others()).toEqual([theirs]);
    await end(other);
    const taken = await mine.takeOver();
    expect(taken).toHaveLength(1);
    expect(await mine.others()).toEqual([]);
    expect(await mine.takeOver()).toEqual([]);
    expect(readdirSync(root).map(name => join(root, name))).toEqual(taken);
  });

  test('offer no job of another one that runs, and have it as soon as that has ended', async () => {
    const root = temporaryFolder();
    const theirs = new JobStore(root);
    await theirs.save(new Job({ ...request, id: id(1) }, undefined, theirs.checkpointOf(id(1))));
    const other = bystander();
    giveTo(root, other.pid);
    const store = new JobStore(root);
    const services = { engine: new StandInEngine(), reporter: new StandInReporter(), store };
    const activities = new Activities(store);
    const queue = new JobQueue({ ...services, activities, sourceOf: () => expect.unreachable() });
    onTestFinished(() => queue.dispose());
    await queue.restore();
    expect(queue.jobs).toEqual([]);
    expect(await queue.restoredJob(id(2))).toBeUndefined();
    const awaited = queue.restoredJob(id(1));
    expect(await Promise.race([awaited, Promise.resolve('not yet')])).toBe('not yet');
    await end(other);
    expect((await awaited)?.status).toBe('interrupted');
    expect(queue.jobs.map(job => job.id)).toEqual([id(1)]);
  });

  test('are not mistaken for a later process of the same number', async () => {
    const root = temporaryFolder();
    folderOf(root, bystander().pid, Date.now() - 3_600_000);
    folderOf(root, process.pid, Date.now() - 3_600_000);
    expect(await new WindowFolders(root).takeOver()).toHaveLength(2);
  });

  test('share what is left among them: each folder goes to one', async () => {
    const root = temporaryFolder();
    const child = bystander();
    await end(child);
    for (let i = 0; i < 20; i++) folderOf(root, child.pid, Date.now() + i);
    const [a, b] = [bystander(), bystander()].map(({ pid }) => new WindowFolders(root, pid));
    const taken = await Promise.all([a?.takeOver() ?? [], b?.takeOver() ?? []]);
    expect(taken.flat()).toHaveLength(20);
    expect(new Set(taken.flat()).size).toBe(20);
  });
});
