import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConnectProgress } from '../../../src/runtime/analysis/connectivity/connect.ts';
import type { SolutionsProgress } from '../../../src/runtime/analysis/solutions/find-solutions.ts';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { UserError } from '../../../src/runtime/errors.ts';
import { demoModel, inRepository } from '../../support/paths.ts';

const model = { folder: demoModel, device: 'cpu' as const };
const texts = [{ title: 'sea', text: 'The sea was' }];
const name = 'x.solutions.json';

function startEngine(): EngineClient {
  const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs') });
  onTestFinished(() => engine.dispose());
  return engine;
}

describe('the engine on the space of solutions', () => {
  test('finds, inspects, compares, connects, draws, decodes and probes', async () => {
    const { analysis } = startEngine();
    const searched: SolutionsProgress[] = [];
    const found = await analysis.findSolutions(
      { ...model, job: 'a', texts, options: { seeds: 2 } },
      { onProgress: record => searched.push(record) },
    );
    expect(found.summary).toMatchObject({ texts: 1, solutions: 2, perfect: 2, cancelled: false });
    expect(searched.at(-1)).toMatchObject({ settled: 2, perfect: 2 });
    const report = await analysis.distances({ ...model, files: [{ name, file: found.file }], options: {} });
    expect(report.distances).toBeInstanceOf(Float32Array);
    expect(report.distances).toHaveLength(4);
    expect(report.groups[0]?.density.x).toBeInstanceOf(Float64Array);

    const curves: ConnectProgress[] = [];
    const connected = await analysis.connect(
      { ...model, job: 'b', name, file: found.file, options: { steps: 10 } },
      { onProgress: record => curves.push(record) },
    );
    expect(curves.at(-1)?.curves).toHaveLength(1);
    expect(connected.report.connections).toHaveLength(1);
    const { file } = connected;
    expect((await analysis.inspectSolutions({ name, file })).curves).toHaveLength(1);
    const pair = { first: 0, second: 1 };
    const surface = await analysis.lossSurface({ ...model, name, file, pair, points: 3 });
    expect(surface.nll).toHaveLength(9);
    const [point] = await analysis.decodePath({ ...model, name, file, pair, path: 'curve', ts: [0] });
    expect(point?.tokens.map(({ predictedText }) => predictedText).join('')).toBe(texts[0]?.text);
    const probed = await analysis.probe({ ...model, name, file, options: { tokens: 2, samples: 0 } });
    expect(probed.continuations).toHaveLength(1);
  });

  test('tells each of several jobs of its own progress', async () => {
    const { analysis } = startEngine();
    const seen: Record<string, number[]> = { a: [], b: [] };
    const search = (job: string, seeds: number) =>
      analysis.findSolutions(
        { ...model, job, texts, options: { seeds, steps: 10 } },
        { onProgress: ({ solutions }) => seen[job]?.push(solutions.length) },
      );
    await Promise.all([search('a', 1), search('b', 2)]);
    expect(new Set(seen.a)).toEqual(new Set([1]));
    expect(new Set(seen.b)).toEqual(new Set([2]));
  });

  test('ends with what is earned when cancelled, and goes on serving', async () => {
    const { analysis } = startEngine();
    const controller = new AbortController();
    const { summary, file } = await analysis.findSolutions(
      { ...model, job: 'a', texts: [{ title: 'long', text: 'word '.repeat(60) }], options: { seeds: 4 } },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    expect(summary).toMatchObject({ cancelled: true, solutions: 4 });
    expect((await analysis.inspectSolutions({ name, file })).solutions).toHaveLength(4);
  });

  test('hands over what the user can mend as a UserError', async () => {
    const { analysis } = startEngine();
    const file = Buffer.from('no');
    await expect(analysis.inspectSolutions({ name, file })).rejects.toThrow(UserError);
    await expect(analysis.distances({ ...model, files: [{ name, file }], options: {} })).rejects.toThrow(UserError);
    await expect(analysis.findSolutions({ ...model, job: 'a', texts, options: { seeds: 0 } })).rejects.toThrow(
      /option seeds/,
    );
  });
});
