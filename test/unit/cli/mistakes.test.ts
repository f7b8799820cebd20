import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { writeProto } from '../../../src/runtime/files/proto-file.ts';
import { parseSafetensors, writeSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { output, run } from '../../support/command-line.ts';
import { fixtureModel, inRepository, temporaryFolder } from '../../support/paths.ts';
import { ordinaryFile } from '../../support/proto-files.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cpu = ['--device', 'cpu'];

/** What the command line says about a mistake: one sentence on stderr, nothing on stdout, exit code 1. */
async function complaint(args: readonly string[], input?: string | Uint8Array): Promise<string> {
  const { code, stdout, stderr } = await run(args, input);
  expect({ code, stdout: stdout.toString() }, stderr).toEqual({ code: 1, stdout: '' });
  expectOneSentence(stderr.trimEnd());
  return stderr;
}

describe('one sentence, and exit code 1, for', () => {
  test.each([
    ['a whole number that is none', ['--budget', 'many'], /--budget.*'many'.*whole number/],
    ['no evaluations', ['--budget', '0'], /--budget.*'0'.*whole number from 1 to 1,000,000/],
    ['too long segments', ['--segment-length', '5000'], /--segment-length.*'5000'.*from 1 to 4,096/],
    ['a negative seed', ['--seed', '-1'], /--seed.*whole number/],
    ['a seed that a shell has left empty', ['--seed='], /--seed.*''.*whole number/],
    ['a seed too large to be exact', ['--seed', '9007199254740993'], /--seed.*to 9,007,199,254,740,991/],
    ['an arrangement that does not exist', ['--arrangement', 'm-only'], /--arrangement.*'m-only'.*e-m-repeated/],
    ['a recipe that does not exist', ['--recipe', 'sgd'], /--recipe.*'sgd'.*lbfgs, lbfgs-draft, paper/],
    ['a device that does not exist', ['--device', 'tpu'], /--device.*'tpu'.*cpu/],
    ['a storage that does not exist', ['--storage', 'F8'], /--storage.*'F8'/],
    ['an option that does not exist', ['--bugdet', '3'], /'--bugdet'.*--budget/],
    ['a segment longer than the model can read', ['--segment-length', '2000'], /has 1024/],
  ])('%s', async (_name, options, reason) => {
    const out = join(temporaryFolder(), 'out.proto');
    const text = 'x'.repeat(3000);
    expect(await complaint(['compress', '-', '--out', out, ...cpu, ...options], text)).toMatch(reason);
    expect(existsSync(out)).toBe(false);
  });

  test('a command that does not exist, and a file that is not named', async () => {
    expect(await complaint(['comprss'])).toMatch(/unknown command 'comprss'.*compress/i);
    expect(await complaint(['decode'])).toBe(
      `Missing required argument 'file'; "decode --help" shows what there is.\n`,
    );
    expect(await complaint(['experiment', 'report'])).toMatch(/"experiment report --help" shows what there is/);
  });

  test('shares, seconds and counts out of range', async () => {
    const share = ['distances', 'x', '--minimum-accuracy'];
    for (const value of ['2', 'much', '', '1e400'])
      expect(await complaint([...share, value])).toMatch(/--minimum-accuracy.*must be a number from 0 to 1\./);
    const worker = ['experiment', 'worker', '--queue', 'redis://localhost:1', '--lost-after', '0'];
    expect(await complaint(worker)).toMatch(/--lost-after.*number of seconds from 0\.1 to 86,400/);
    const nothing = ['experiment', 'run', 'capacity', '--out', 'x', '--generate', '0'];
    expect(await complaint(nothing)).toMatch(/--generate.*whole number of at least 1/);
  });

  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'a feed without an address, and one where nobody answers',
    async () => {
      expect(await complaint(['install-cuda', '--feed', 'the usual'])).toMatch(/"the usual" is no address/);
      const nobody = 'http://127.0.0.1:9/index.json';
      expect(await complaint(['install-cuda', '--feed', nobody])).toMatch(/127\.0\.0\.1:9 cannot be reached/);
    },
  );

  test('a number of threads that is none', async () => {
    vi.stubEnv('PROTO_TOKENS_THREADS', 'all');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await complaint(['surprisal', '-', ...cpu], 'The sea.')).toMatch(/PROTO_TOKENS_THREADS is "all"/);
  });

  test('text that is none', async () => {
    const folder = temporaryFolder();
    const path = (name: string): string => join(folder, name);
    writeFileSync(path('empty.txt'), '');
    writeFileSync(path('latin1.txt'), Buffer.from('caf\xe9', 'latin1'));
    expect(await complaint(['compress', path('empty.txt'), ...cpu])).toMatch(/no text to compress/);
    expect(await complaint(['compress', path('latin1.txt'), ...cpu])).toMatch(/latin1\.txt is not text in UTF-8/);
    expect(await complaint(['compress', path('gone.txt'), ...cpu])).toMatch(/gone\.txt cannot be read/);
    expect(await complaint(['compress', folder, ...cpu])).toMatch(/cannot be read/);
    expect(await complaint(['compress', '-', ...cpu], 'text')).toMatch(/needs --out/);
    const lone = Buffer.from([0xed, 0xa0, 0x80]);
    expect(await complaint(['compress', '-', '--out', path('x.proto'), ...cpu], lone)).toMatch(
      /Standard input is not text/,
    );
    expect(readdirSync(folder).sort()).toEqual(['empty.txt', 'latin1.txt']);
  });

  test('a result that cannot be written, before any training', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const into = (out: string): Promise<string> =>
      complaint(['compress', '-', '--out', out, ...cpu], 'The sea was calm.');
    expect(await into(join(folder, 'gone', 'x.proto'))).toMatch(
      /x\.proto cannot be written: its folder does not exist/,
    );
    expect(await into(folder)).toMatch(/cannot be written: it is a folder/);
    expect(await into(join(file, 'x.proto'))).toMatch(/x\.proto cannot be written: its folder is a file/);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test.skipIf(!existsSync('/dev/full'))('an output that cannot be written', () => {
    const file = join(temporaryFolder(), 'x.tokens.proto');
    writeFileSync(file, writeProto(ordinaryFile));
    const command = '"$0" "$1" inspect "$2" > /dev/full';
    const args = ['-c', command, process.execPath, inRepository('dist/cli.mjs'), file];
    const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
    expect(stderr).toBe('The output cannot be written: the disk is full; make room and try again.\n');
    expect(status).toBe(1);
  });

  test('a model that is none', async () => {
    const folder = temporaryFolder();
    const compress = ['compress', '-', '--out', join(folder, 'x.proto'), ...cpu];
    expect(await complaint([...compress, '--model', join(folder, 'gone')], 'x')).toMatch(/no model folder .*gone/);
    const damaged = join(folder, 'damaged');
    cpSync(fixtureModel('llama-tied-bf16'), damaged, { recursive: true });
    truncateSync(join(damaged, 'model.safetensors'), 50_000);
    expect(await complaint([...compress, '--model', damaged], 'x')).toMatch(/shorter than its header says/);
  });

  test('a file to begin from that is not there, or is none', async () => {
    const compress = ['compress', '-', '--out', join(temporaryFolder(), 'x.proto'), ...cpu];
    expect(await complaint([...compress, '--from', 'gone.proto'], 'x')).toMatch(/gone\.proto cannot be read/);
    const text = inRepository('media/sample.txt');
    expect(await complaint([...compress, '--from', text], 'x')).toMatch(
      /file to begin from is not a file of proto-tok/,
    );
  });

  test('a device that is not there', async () => {
    const compress = ['compress', '-', '--out', join(temporaryFolder(), 'x.proto')];
    const missing = process.platform === 'win32' ? 'cuda' : 'dml';
    const { code, stderr } = await run([...compress, '--device', missing], 'x');
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`The device "${missing}" cannot be used here`));
  });

  test('a file that is damaged, newer, of another model, or something else', async () => {
    const folder = temporaryFolder();
    const path = (name: string): string => join(folder, name);
    const text = 'The sea was calm.';
    await output(['compress', '-', '--out', path('good.proto'), '--budget', '3', ...cpu], text);
    const good = readFileSync(path('good.proto'));
    writeFileSync(path('cut.proto'), good.subarray(0, -100));
    writeFileSync(path('schema.proto'), 'syntax = "proto3";\nmessage A {}\n');
    const { metadata, tensors } = parseSafetensors(good, 'good.proto');
    const newer = [...tensors.values()].map(({ begin, end, ...tensor }) => ({
      ...tensor,
      bytes: good.subarray(begin, end),
    }));
    writeFileSync(path('newer.proto'), writeSafetensors({ ...metadata, format_version: '99' }, newer));

    expect(await complaint(['decode', path('cut.proto'), ...cpu])).toMatch(/cut\.proto is shorter/);
    expect(await complaint(['inspect', path('schema.proto')])).toMatch(/schema\.proto is a Protocol Buffers schema/);
    expect(await complaint(['decode', path('newer.proto'), ...cpu])).toMatch(/of format 99.*update/);
    expect(await complaint(['decode', path('gone.proto'), ...cpu])).toMatch(/gone\.proto cannot be read/);
    const other = ['--model', fixtureModel('llama-tied-bf16'), ...cpu];
    expect(await complaint(['decode', path('good.proto'), ...other])).toMatch(/made with the model demo-model/);
    const longer = path('longer.txt');
    writeFileSync(longer, `${text} ${text}`);
    expect(await complaint(['evaluate', path('good.proto'), '--text', longer, ...cpu])).toMatch(/vectors are for 5/);
  });
});

test('a reader who has seen enough is no mistake', async () => {
  const folder = temporaryFolder();
  const proto = join(folder, 'x.proto');
  await output(['compress', '-', '--out', proto, '--budget', '1', ...cpu], 'The sea was calm.');
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', '"$0" "$1" evaluate "$2" --device cpu | true', process.execPath, inRepository('dist/cli.mjs'), proto],
    { encoding: 'utf8' },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});
