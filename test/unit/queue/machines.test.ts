import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { queueName } from '../../../src/cli/queue/jobs.ts';
import { output, type Running, run, start } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { linesOf } from '../../support/records.ts';
import { hasRedis, TestRedis, whyNoRedis } from '../../support/redis.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const model = ['--model', fixtureModel('llama-tied-bf16'), '--device', 'cpu'];
// Trainings that seldom end before their budget does: there is time to meet one in its middle.
const settings = ['lengths=4', 'texts=4', 'recipe=paper', 'budget=150'].flatMap(setting => ['--set', setting]);

describe.skipIf(!hasRedis)(`an experiment on several machines${whyNoRedis}`, () => {
  test('survives a worker that is killed in the middle of a cell, and Redis that restarts: no cell is lost, none twice', async () => {
    const redis = await TestRedis.start();
    const queue = new Queue(queueName, { connection: { url: redis.url } });
    queue.on('error', () => undefined);
    onTestFinished(() => queue.disconnect());
    const worker = () => start(['experiment', 'worker', '--queue', redis.url, ...model, '--lost-after', '1']);
    const [first, second, third] = [worker(), worker(), worker()];
    await Promise.all([first, second, third].map(({ says }) => says('Waiting for cells')));
    const out = join(temporaryFolder(), 'out');
    const running = start([
      'experiment',
      'run',
      'arrangements',
      ...model,
      ...settings,
      '--queue',
      redis.url,
      '--out',
      out,
    ]);
    await first.says('Computing');
    // It stands still while we look whether it has ended the batch in the meantime.
    first.signalGroup('SIGSTOP');
    const active = await queue.getActive();
    expect(active.length).toBeGreaterThan(0);
    first.signalGroup('SIGKILL');
    await first.ended;
    await redis.restart({ losingData: false });
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(0);
    const whole = join(temporaryFolder(), 'whole');
    await output(['experiment', 'run', 'arrangements', ...model, ...settings, '--out', whole]);
    expect(linesOf(join(out, 'cells.jsonl'))).toEqual(linesOf(join(whole, 'cells.jsonl')));
    expect(await queue.getJobCounts('waiting', 'active', 'completed', 'failed')).toEqual({
      ...{ waiting: 0, active: 0, completed: 0, failed: 0 },
    });
    second.signalGroup('SIGINT');
    expect((await second.ended).code).toBe(0);
  });

  test('computes an experiment on texts that the model has to write first', async () => {
    const redis = await TestRedis.start();
    start(['experiment', 'worker', '--queue', redis.url, ...model]);
    const few = ['--set', 'lengths=1,2', '--set', 'texts=2', '--set', 'budget=5', '--generate', '3'];
    const args = ['experiment', 'run', 'capacity', ...model, ...few];
    const [whole, queued] = [join(temporaryFolder(), 'whole'), join(temporaryFolder(), 'queued')];
    await output([...args, '--out', whole]);
    await output([...args, '--queue', redis.url, '--out', queued]);
    expect(linesOf(join(queued, 'cells.jsonl'))).toEqual(linesOf(join(whole, 'cells.jsonl')));
    expect(linesOf(join(queued, 'continuations.jsonl'))).toEqual(linesOf(join(whole, 'continuations.jsonl')));
  });

  test('a worker says once what was chosen for want of memory, and when the model does not fit', async () => {
    const redis = await TestRedis.start();
    const [folder, queue] = [temporaryFolder(), ['--queue', redis.url]];
    writeFileSync(join(folder, 'text.txt'), 'the lamp');
    const few = ['--set', 'lengths=1,2', '--set', 'budget=2', '--set', 'recipe=lbfgs-draft'];
    const asked = [
      'experiment',
      'run',
      'arrangements',
      '--texts',
      join(folder, 'text.txt'),
      ...model,
      ...few,
      ...queue,
    ];
    const begin = (out: string): Running => start([...asked, '--out', join(folder, out)]);
    const workerWith = (mebibytes: number): Running => {
      vi.stubEnv('PROTO_TOKENS_MEMORY', String(mebibytes / 1024));
      try {
        return start(['experiment', 'worker', ...model, ...queue]);
      } finally {
        vi.unstubAllEnvs();
      }
    };
    const worker = workerWith(9);
    const { code, stderr } = await Promise.race([begin('out').ended, worker.ended]);
    expect(code, stderr).toBe(0);
    const said = worker.said();
    expect(said.match(/^Computing/gm)?.length).toBeGreaterThan(1);
    expect(
      said.match(/^The model would need \d+ MiB of memory and 9 MiB are free, .*stay as they are in their file.*\.$/gm),
    ).toHaveLength(1);
    expect(said.match(/The weights at low precision of the recipe lbfgs-draft would need/g)).toHaveLength(1);
    worker.signalGroup('SIGINT');
    await worker.ended;
    const tooSmall = workerWith(0.2);
    begin('other');
    const ended = await tooSmall.ended;
    expect(ended.code).toBe(1);
    const last = ended.stderr.trimEnd().split('\n').at(-1) ?? '';
    expectOneSentence(last);
    expect(last).toMatch(
      /^A look at llama-tied-bf16 needs \d+ MiB of memory and 1 MiB are free, a fifth of which is left for other programs; another VS Code window with a model, .*: close it and/,
    );
  });

  test('says what to do where a worker has another model', async () => {
    const redis = await TestRedis.start();
    const out = join(temporaryFolder(), 'out');
    const other = ['--model', fixtureModel('neox-parallel-f32'), '--device', 'cpu'];
    const worker = start(['experiment', 'worker', '--queue', redis.url, ...other]);
    start(['experiment', 'run', 'arrangements', ...model, ...settings, '--queue', redis.url, '--out', out]);
    const { code, stderr } = await worker.ended;
    expect(code).toBe(1);
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    expectOneSentence(last);
    expect(last).toContain('give --model');
  });
});

test('says what to do where there is no Redis', async () => {
  const { code, stderr } = await run(['experiment', 'worker', '--queue', 'redis://127.0.0.1:1']);
  expect(code).toBe(1);
  expectOneSentence(stderr.trim());
});
