import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EngineHost } from '../../../src/runtime/engine/host.ts';
import { reportExperiment } from '../../../src/runtime/operations/experiments.ts';
import { loadModel, surprisal, tokenize } from '../../../src/runtime/operations/models.ts';
import { demoModel, inRepository, temporaryFolder } from '../../support/paths.ts';

test('the weights of a model are held once, whatever runs on it: looks, and reports whose texts the model has to write', async () => {
  const held: string[] = [];
  const host = new EngineHost({
    modulePath: inRepository('dist/engine.mjs'),
    // No driver for Vulkan, whatever this machine has: "auto" takes the processor.
    environment: () => ({ VK_DRIVER_FILES: '/nowhere.json', PROTO_TOKENS_DEVICES: join(temporary, 'devices.json') }),
    log: line => {
      if (line.includes('is loaded from')) held.push(line);
    },
  });
  onTestFinished(() => host.stop());
  const temporary = temporaryFolder();
  const folder = demoModel;
  const text = 'The sea was calm that night.';
  const [auto, cpu] = [{ folder, device: 'auto' } as const, { folder, device: 'cpu' } as const];
  const [{ device, deviceReason }, named, { nll }] = await Promise.all([
    host.call(loadModel, auto),
    host.call(loadModel, cpu),
    host.call(surprisal, { ...cpu, text }),
  ]);
  expect([device, named.device]).toEqual(['cpu', 'cpu']);
  expect(deviceReason).toMatch(/GFLOP\/s/);
  expect(named.deviceReason).toBe('as chosen');
  expect((await host.call(surprisal, { ...auto, text })).nll).toEqual(nll);
  expect(await host.call(tokenize, { ...auto, text })).not.toEqual([]);
  const settings = { contexts: 1, continuations: 1, context: 3, length: 3, seeds: 1 };
  const experiment = { name: 'distances', preset: 'quick', settings, texts: [text] } as const;
  const { done } = await host.call(reportExperiment, {
    ...auto,
    ...experiment,
    records: join(temporary, 'cells.jsonl'),
  });
  expect(done).toBe(0);
  expect(held).toHaveLength(1);
  // One computes, and one reads.
  expect(host.pids).toHaveLength(2);
});
