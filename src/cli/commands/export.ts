import { dirname, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { argument } from '../../report/repeat.ts';
import { checkModel, placedSegments } from '../../runtime/decoding/decode-proto.ts';
import { type ModelSource, pythonScript } from '../../runtime/decoding/python-script.ts';
import { writeAtomically } from '../../runtime/files/atomic.ts';
import { type ProtoFile, readProto } from '../../runtime/files/proto-file.ts';
import { folderFor, folderOf } from '../../runtime/models/hub/finding.ts';
import { isCommit, parseReference } from '../../runtime/models/hub/reference.ts';
import { openModel } from '../../runtime/models/model.ts';
import { isArrangementName } from '../../runtime/training/arrangement.ts';
import { command, guarded } from '../command.ts';
import { demoModel } from '../engine.ts';
import { checkPlace, readBytes } from '../files.ts';

interface ExportOptions {
  readonly out: string | undefined;
  readonly model: string | undefined;
}

export function addExport(program: Command): void {
  command(program, 'export', 'write a script that decodes a file without this program')
    .argument('<file>', 'a .proto file')
    .requiredOption('--python', 'a script for Python with torch, transformers and safetensors')
    .option('--out <file>', 'where to write (default: FILE.py, without .proto)')
    .option('--model <name>', 'the model by name or folder (default: the one that the file names)')
    .action((file: string, options: ExportOptions) => guarded(() => exportCommand(file, options)));
}

/** Writes the script beside the file, or where it was asked for. */
async function exportCommand(
  path: string,
  { out = `${path.replace(/\.proto$/, '')}.py`, model }: ExportOptions,
): Promise<void> {
  const file = readProto(await readBytes(path), path);
  const { arrangement } = file;
  // Refuses an arrangement that this version does not know.
  placedSegments(file);
  if (!isArrangementName(arrangement)) throw new Error(`there is no arrangement ${arrangement}`);
  await checkPlace(out, [path]);
  const source = await sourceOf(file, model, path);
  const seen = relative(dirname(resolve(out)), resolve(path)).replaceAll('\\', '/');
  await writeAtomically(out, Buffer.from(pythonScript(seen, arrangement, source)));
  process.stdout.write(`Written to ${out}; run it with: python3 ${argument(out)}\n`);
}

/** A model of the hub by its commit, which `transformers` fetches itself; any other one by its folder here. */
async function sourceOf(file: ProtoFile, given: string | undefined, path: string): Promise<ModelSource> {
  const { id: name, revision } = file.model;
  if (given === undefined) {
    // What a file says is no reason to hand Python anything but a name of the hub.
    if (revision !== null && isCommit(revision) && parseReference(name)?.name === name) return { name, revision };
    return { folder: await folderFor(file.model, [demoModel], path) };
  }
  const model = await openModel(await folderOf(given));
  checkModel(file, model);
  return model.revision === null ? { folder: model.folder } : { name: model.id, revision: model.revision };
}
