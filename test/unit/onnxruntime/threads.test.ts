import { expect, onTestFinished, test, vi } from 'vitest';
import { processStatus } from '../../../bench/process-status.ts';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { threadsFrom } from '../../../src/runtime/onnxruntime/threads.ts';
import { load } from '../../support/run-graph.ts';

/** How many threads this process has more with a session that was asked to compute with so many. */
async function startedFor(threads: number): Promise<number> {
  vi.stubEnv('PROTO_TOKENS_THREADS', String(threads));
  onTestFinished(() => void vi.unstubAllEnvs());
  const graph = new GraphBuilder();
  graph.output('y', graph.apply('Exp', [graph.input('x', 'float32', [1])], {}));
  const before = (await processStatus('Threads')) ?? 0;
  await load(graph);
  return ((await processStatus('Threads')) ?? 0) - before;
}

test.runIf(process.platform === 'linux')(
  'a session has as many threads as the environment says, our own included',
  async () => {
    // Whatever Node starts once comes before the count.
    await startedFor(1);
    expect(await startedFor(1)).toBe(0);
    expect(await startedFor(4)).toBe(3);
  },
);

test('without a word of it the runtime chooses', () => {
  expect(threadsFrom({})).toBeUndefined();
  expect(threadsFrom({ PROTO_TOKENS_THREADS: '' })).toBeUndefined();
});

test.each(['0', '-1', '1.5', 'all'])('%s is no number of threads', wanted => {
  expect(() => threadsFrom({ PROTO_TOKENS_THREADS: wanted })).toThrow(
    /PROTO_TOKENS_THREADS is .*set it to a whole number/,
  );
});
