import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { segmentsOf } from '../../../src/runtime/compression/reuse.ts';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { readProto, writeProto } from '../../../src/runtime/files/proto-file.ts';
import { compress, decode } from '../../../src/runtime/operations/compression.ts';
import { demoModel, inRepository } from '../../support/paths.ts';

const model = { folder: demoModel, device: 'cpu' as const };
const options = { segmentLength: 12, storage: 'F32' } as const;
const before = `The lamp burned all night, and the sea was calm. In the morning a boat came in from the north with
two men and a dog. Nobody had seen them before, and nobody asked them where they had been.`;
const after = before.replace('two men and a dog', 'three men and a cat');

describe('compressing a text again after an edit', () => {
  let engine: EngineClient;
  let file: Uint8Array;
  beforeAll(async () => {
    engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs') });
    ({ file } = await engine.call(compress, { ...model, job: 'before', text: before, options }));
  });
  afterAll(() => engine.stop());

  test('leaves what was not edited as it is, and gives the new text', async () => {
    const request = { ...model, job: 'after', text: after, options };
    const again = await engine.call(compress, { ...request, continueFrom: file });
    expect(again.summary.accuracy).toBe(1);
    expect((await engine.call(decode, { ...model, file: again.file, name: 'after' })).text).toBe(after);
    const known = new Set(segmentsOf(readProto(file, 'before')).map(({ e, m }) => `${e} ${m}`));
    const segments = segmentsOf(readProto(again.file, 'after'));
    const taken = segments.filter(({ e, m }) => known.has(`${e} ${m}`));
    expect(taken.length).toBeGreaterThanOrEqual(segments.length - 2);
    expect(taken.length).toBeLessThan(segments.length);
    expect(again.summary.keptSegments).toBe(taken.length);
    const anew = await engine.call(compress, request);
    expect(again.summary.evaluations).toBeLessThan(anew.summary.evaluations / 3);
  });

  test('says why vectors are no start', async () => {
    const request = { ...model, job: 'no start', text: after, continueFrom: file };
    await expect(engine.call(compress, { ...request, options: { ...options, sharedM: true } })).rejects.toThrow(
      /share an m .* start without the file/,
    );
    await expect(
      engine.call(compress, { ...request, options: { ...options, arrangement: 'e-repeated' } }),
    ).rejects.toThrow(/in the arrangement "e-m-repeated", and "e-repeated" was chosen/);
    // Of this very text, by what it says: found by fuzzing.
    const damaged = readProto(file, 'before');
    const segmentLengths = damaged.segmentLengths.map(length => length + 1);
    const continueFrom = writeProto({ ...damaged, segmentLengths });
    await expect(engine.call(compress, { ...request, text: before, options, continueFrom })).rejects.toThrow(
      /^The file to begin from is damaged \(its segments are not its text\)/,
    );
  });
});
