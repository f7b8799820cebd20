import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { UserError } from '../../../src/runtime/errors.ts';
import { addCurves } from '../../../src/runtime/files/curves.ts';
import { connect, distances, lossSurface, probe } from '../../../src/runtime/operations/analyses.ts';
import { findSolutions, inspectSolutions } from '../../../src/runtime/operations/solutions.ts';
import type { ConnectProgress } from '../../../src/runtime/results/connectivity.ts';
import type { SolutionsProgress } from '../../../src/runtime/results/solutions.ts';
import { demoModel, inRepository } from '../../support/paths.ts';

const model = { folder: demoModel, device: 'cpu' as const };
const texts = [{ title: 'sea', text: 'The sea was' }];
const name = 'x.solutions.json';

function startEngine(): EngineClient {
  const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs') });
  onTestFinished(() => engine.stop());
  return engine;
}

describe('the engine on the space of solutions', () => {
  test('finds, inspects, compares, connects, draws and probes', async () => {
    const engine = startEngine();
    const searched: SolutionsProgress[] = [];
    const found = await engine.call(
      findSolutions,
      { ...model, texts, options: { seeds: 2 } },
      { onProgress: record => searched.push(record) },
    );
    expect(found.summary).toMatchObject({ texts: 1, solutions: 2, perfect: 2, cancelled: false });
    expect(searched.at(-1)).toMatchObject({ settled: 2, perfect: 2 });
    const report = await engine.call(distances, { ...model, files: [{ name, file: found.file }], options: {} });
    expect(report.distances).toBeInstanceOf(Float32Array);
    expect(report.distances).toHaveLength(4);
    expect(report.groups[0]?.density.x).toBeInstanceOf(Float64Array);

    const curves: ConnectProgress[] = [];
    const connected = await engine.call(
      connect,
      { ...model, name, file: found.file, options: { steps: 10 } },
      { onProgress: record => curves.push(record) },
    );
    expect(curves.at(-1)?.curves).toHaveLength(1);
    expect(connected.report.connections).toHaveLength(1);
    const file = addCurves(found.file, connected.curves, name);
    expect(connected.targets.map(tokens => tokens.map(({ text }) => text).join(''))).toEqual([texts[0]?.text]);
    expect((await engine.call(inspectSolutions, { name, file })).curves).toHaveLength(1);
    const pair = { first: 0, second: 1 };
    const surface = await engine.call(lossSurface, { ...model, name, file, pair, points: 3 });
    expect(surface.nll).toHaveLength(9);
    const probed = await engine.call(probe, { ...model, name, file, options: { tokens: 2, samples: 0 } });
    expect(probed.continuations).toHaveLength(1);
  });

  test('tells each of several jobs of its own progress', async () => {
    const engine = startEngine();
    const seen: Record<string, number[]> = { a: [], b: [] };
    const search = (job: string, seeds: number) =>
      engine.call(
        findSolutions,
        { ...model, texts, options: { seeds, budget: 10 } },
        { onProgress: ({ solutions }) => seen[job]?.push(solutions.length) },
      );
    await Promise.all([search('a', 1), search('b', 2)]);
    expect(new Set(seen.a)).toEqual(new Set([1]));
    expect(new Set(seen.b)).toEqual(new Set([2]));
  });

  test('ends with what is earned when cancelled, and goes on serving', async () => {
    const engine = startEngine();
    const controller = new AbortController();
    const { summary, file } = await engine.call(
      findSolutions,
      { ...model, texts: [{ title: 'long', text: 'word '.repeat(60) }], options: { seeds: 4 } },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    expect(summary).toMatchObject({ cancelled: true, solutions: 4 });
    expect((await engine.call(inspectSolutions, { name, file })).solutions).toHaveLength(4);
  });

  test('hands over what the user can mend as a UserError', async () => {
    const engine = startEngine();
    const file = Buffer.from('no');
    await expect(engine.call(inspectSolutions, { name, file })).rejects.toThrow(UserError);
    await expect(engine.call(distances, { ...model, files: [{ name, file }], options: {} })).rejects.toThrow(UserError);
    await expect(engine.call(findSolutions, { ...model, texts, options: { seeds: 0 } })).rejects.toThrow(
      /option seeds/,
    );
  });
});
