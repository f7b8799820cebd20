import { expect, onTestFinished, test } from 'vitest';
import { EngineHost } from '../../../src/runtime/engine/host.ts';
import { Cancelled } from '../../../src/runtime/errors.ts';
import { writeProto } from '../../../src/runtime/files/proto-file.ts';
import { compress, inspect } from '../../../src/runtime/operations/compression.ts';
import { tokenize } from '../../../src/runtime/operations/models.ts';
import { backtracking } from '../../support/backtracking.ts';
import { inRepository } from '../../support/paths.ts';
import { ordinaryFile } from '../../support/proto-files.ts';
import { userErrorOf } from '../../support/user-error.ts';

function startHost(): EngineHost {
  const host = new EngineHost({ modulePath: inRepository('dist/engine.mjs') });
  onTestFinished(() => host.stop());
  return host;
}

test('a text that blocks the process that reads can be cancelled, and whoever waits behind it is answered', async () => {
  const { folder, endless } = backtracking();
  const host = startHost();
  const file = { file: writeProto(ordinaryFile), name: 'x.tokens.proto' };
  await host.call(inspect, file);
  const [pid] = host.pids;
  // Its watch would end it in minutes.
  const text = endless + ' '.repeat(5_000_000);
  const controller = new AbortController();
  const blocked = host.call(tokenize, { folder, device: 'cpu', text }, { signal: controller.signal });
  blocked.catch(() => undefined);
  const behind = host.call(inspect, file);
  // Both are with the process, which is there already.
  await new Promise(resolve => setImmediate(resolve));
  controller.abort();
  await expect(blocked).rejects.toThrow(Cancelled);
  expect((await behind).tokens).toBe(5);
  expect(host.pids).not.toContain(pid);
});

test('a text that does not come to an end takes nothing from what trains in the same process', async () => {
  const { folder, endless } = backtracking();
  const host = startHost();
  const request = { folder, device: 'cpu' as const, text: 'The sea was calm that night.', options: { budget: 40 } };
  const alone = await host.call(compress, { ...request, job: 'alone' });
  const asked: Promise<string>[] = [];
  const onProgress = (): void => {
    if (asked.length) return;
    asked.push(userErrorOf(() => host.call(compress, { ...request, job: 'endless', text: endless })));
  };
  const beside = await host.call(compress, { ...request, job: 'beside' }, { onProgress });
  expect(asked).toHaveLength(1);
  expect(await asked[0]).toMatch(/did not come to an end/);
  expect(Buffer.compare(beside.file, alone.file)).toBe(0);
  expect(host.pids).toHaveLength(1);
});
