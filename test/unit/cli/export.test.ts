import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindsInPython } from '../../../src/runtime/decoding/python-script.ts';
import { readProto, writeProto } from '../../../src/runtime/files/proto-file.ts';
import { type ArrangementName, arrangementNames, layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { output, run } from '../../support/command-line.ts';
import { fixtureModel, inRepository, temporaryFolder } from '../../support/paths.ts';
import { ordinaryFile } from '../../support/proto-files.ts';

const canImport = (python: string, modules: string): boolean =>
  spawnSync(python, ['-c', `import ${modules}`]).status === 0;

/** A Python that can run the script; the product needs none. */
const python = ['python3', '/usr/bin/python3'].find(name => canImport(name, 'torch'));
const anyPython = ['python3', '/usr/bin/python3'].find(name => canImport(name, 'json'));
const reason = python ? '' : ' (left out: no python3 with torch is installed)';

const hasLibraries = python !== undefined && canImport(python, 'transformers, safetensors');

/** Runs a script with the libraries that are installed, or with stand-ins for those that are not. */
function runScript(script: string): { status: number | null; text: string; stderr: string } {
  const PYTHONPATH = hasLibraries ? '' : inRepository('test/support/python');
  const { status, stdout, stderr } = spawnSync(python ?? '', [script], {
    env: { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return { status, text: stdout.toString(), stderr: stderr.toString() };
}

interface Case {
  readonly model: string;
  readonly arrangement: ArrangementName;
  readonly text: string;
  readonly options?: readonly string[];
}

/** Compresses a text, writes the script for it, and says how many of the tokens come out of the forward pass. */
async function scriptFor({ model, arrangement, text, options = [] }: Case): Promise<{ script: string; right: number }> {
  const source = join(temporaryFolder(), 'näme "1".txt');
  writeFileSync(source, text);
  const folder = fixtureModel(model);
  await output(['compress', source, '--device', 'cpu', '--model', folder, '--arrangement', arrangement, ...options]);
  const file = `${source}.tokens.proto`;
  const said = (await output(['export', file, '--python', '--model', folder])).toString();
  // The name holds what a shell would not take as it is.
  expect(said).toContain(`run it with: python3 '${source}.tokens.py'\n`);
  const { segmentLengths, corrections } = readProto(readFileSync(file), file);
  const right = segmentLengths.reduce((sum, length) => sum + length, 0) - corrections.length;
  return { script: `${source}.tokens.py`, right };
}

describe('the script for Python', () => {
  test.skipIf(!python).each<Case>([
    {
      model: 'llama-sharded-f16',
      arrangement: 'e-m-repeated',
      text: 'The lamp burned.\r\nö',
      options: ['--segment-length', '6'],
    },
    { model: 'llama-tied-bf16', arrangement: 'e-unguided-m-repeated', text: 'the lighthouse keeper ﬁ é' },
    { model: 'neox-parallel-f32', arrangement: 'e-half-m-half', text: 'e\u0301 the sea' },
    {
      model: 'neox-sequential-f16',
      arrangement: 'e-m-alternating',
      text: 'the sea was',
      options: ['--shared-m', '--segment-length', '4'],
    },
    { model: 'gemma3-tied-bf16', arrangement: 'e-m-repeated', text: ' two  words' },
  ])(`emits the exact text of $arrangement with $model${reason}`, async given => {
    const { script, right } = await scriptFor(given);
    expect(right).toBeGreaterThan(3);
    const { status, text, stderr } = runScript(script);
    expect([status, stderr, text]).toEqual([0, '', given.text]);
    if (given.model !== 'llama-sharded-f16') return;
    // Other vectors are found out.
    const path = script.replace(/\.py$/, '.proto');
    const file = readProto(readFileSync(path), path);
    writeFileSync(path, writeProto({ ...file, e: file.e.map(x => -x) }));
    expect(runScript(script)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^This is not the exact text/),
    });
  });

  test.skipIf(!anyPython)('places e and m as the program does', () => {
    const lengths = [1, 2, 5, 6];
    const program = arrangementNames
      .map(name => `[${kindsInPython[name]} for n in ${JSON.stringify(lengths)}]`)
      .join(', ');
    const placed = JSON.parse(
      execFileSync(anyPython ?? '', ['-c', `import json; print(json.dumps([${program}]))`], { encoding: 'utf8' }),
    );
    expect(placed).toEqual(arrangementNames.map(name => lengths.map(length => layoutOf(name, length).kinds)));
  });

  test('fetches a model of the hub by its commit, and needs the folder of any other', async () => {
    const folder = temporaryFolder();
    const revision = '0123456789abcdef0123456789abcdef01234567';
    const write = (name: string, model: object): string => {
      const path = join(folder, name);
      writeFileSync(path, writeProto({ ...ordinaryFile, model: { ...ordinaryFile.model, ...model } }));
      return path;
    };
    const ofHub = write('a.tokens.proto', { id: 'someone/model', revision });
    await output(['export', ofHub, '--python', '--out', join(folder, 'b.py')]);
    const script = readFileSync(join(folder, 'b.py'), 'utf8');
    expect(script).toContain(`from_pretrained("someone/model", revision="${revision}")`);
    expect(script).toContain('parent / "a.tokens.proto"');
    expect(script.split('\n').length).toBeLessThan(36);
    const { code, stderr } = await run(['export', write('c.tokens.proto', { id: 'mine' }), '--python']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/made with the model mine, which is not found here/)]);
  });
});
