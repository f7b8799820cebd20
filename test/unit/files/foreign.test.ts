import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeProto } from '../../../src/runtime/decoding/decode-proto.ts';
import { hashText, type ProtoFile } from '../../../src/runtime/files/proto-file.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureModel } from '../../support/paths.ts';
import { ordinaryFile } from '../../support/proto-files.ts';
import { userErrorOf } from '../../support/user-error.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: false });
let model: Model;
/** Vectors that emit nothing in particular, all of it corrected into a text. */
let file: ProtoFile;

beforeAll(async () => {
  model = await openModel(fixtureModel('llama-tied-bf16'));
  const { hiddenSize } = model.config;
  const ids = model.tokenizer.encode('to be');
  file = {
    ...ordinaryFile,
    hiddenSize,
    model: { ...ordinaryFile.model, fingerprint: model.fingerprint },
    segmentLengths: [ids.length],
    e: new Float32Array(hiddenSize).fill(0.5),
    m: new Float32Array(hiddenSize).fill(-0.5),
    sharedM: true,
    corrections: ids.map((id, position): [number, number] => [position, id]),
    text: { ...ordinaryFile.text, sha256: hashText('to be'), patches: [] },
  };
});
afterAll(() => sessions.dispose());

test('a file of this model decodes', async () => {
  expect((await decodeProto(model, sessions, file)).text).toBe('to be');
});

test.each([
  [
    'of another model',
    { model: { id: 'EleutherAI/pythia-160m', revision: 'abc123', architecture: 'gpt_neox', fingerprint: 'f' } },
    /made with the model EleutherAI\/pythia-160m at revision abc123, and llama-tied-bf16 at .* is another one/,
  ],
  ['of an arrangement to come', { arrangement: 'e-m-spiral' }, /arrangement "e-m-spiral".*update Proto-Tokens/],
  ['with an arrangement that every object has', { arrangement: 'toString' }, /arrangement "toString"/],
  ['with vectors of another width', { hiddenSize: 4 }, /damaged .*do not fit its model/],
  ['with a segment that no memory could hold', { segmentLengths: [10_000_000] }, /damaged .*do not fit its model/],
  ['with a token that does not exist', { corrections: [[0, 2 ** 40]] }, /exact text does not come out.*damaged/],
  [
    'with patches beyond the text',
    { text: { patches: [{ start: 900, end: 901, text: 'x' }] } },
    /exact text does not come out.*damaged/,
  ],
  ['whose text is another', { text: { sha256: 'b'.repeat(64) } }, /exact text does not come out.*damaged/],
] as const)('refused: a file %s', async (_name, changed, reason) => {
  const damaged = { ...file, ...changed, text: { ...file.text, ...('text' in changed ? changed.text : {}) } };
  const corrections = damaged.corrections.map(([position, id]): [number, number] => [position, id]);
  const foreign: ProtoFile = {
    ...damaged,
    corrections,
    segmentLengths: [...damaged.segmentLengths],
    text: { ...damaged.text, patches: damaged.text.patches.map(patch => ({ ...patch })) },
  };
  expect(await userErrorOf(() => decodeProto(model, sessions, foreign))).toMatch(reason);
});
