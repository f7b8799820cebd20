import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureModel, temporaryFolder } from './paths.ts';

/** A small model, and a text for which its tokenizer would take longer than there is a machine. */
export function backtracking(): { readonly folder: string; readonly endless: string } {
  const folder = temporaryFolder();
  cpSync(fixtureModel('llama-tied-bf16'), folder, { recursive: true });
  const path = join(folder, 'tokenizer.json');
  const pretokenizers = [
    { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
  ];
  const json = { ...JSON.parse(readFileSync(path, 'utf8')), pre_tokenizer: { type: 'Sequence', pretokenizers } };
  writeFileSync(path, JSON.stringify(json));
  return { folder, endless: `${'a'.repeat(60)}!` };
}
