import { basename } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../runtime/counted.ts';
import { inspect } from '../../runtime/operations/compression.ts';
import type { Inspection } from '../../runtime/results/compression.ts';
import { type Common, command, guarded, withJson } from '../command.ts';
import { withEngine } from '../engine.ts';
import { readBytes } from '../files.ts';
import { plain } from '../plain.ts';
import { bytes } from '../terminal.ts';

/** Of a single segment the two are the same. */
function vectorsOf(segments: number, sharedM: boolean): string {
  if (segments === 1) return 'one e and one m';
  return sharedM ? 'one m for all segments' : 'an m for each segment';
}

function describe({
  model,
  arrangement,
  hiddenSize,
  tokens,
  segmentLengths,
  sharedM,
  storage,
  corrections,
  patches,
  accuracy,
  training,
  sizes,
}: Inspection): string {
  const { vectors, corrections: correctionBytes, patches: patchBytes, header } = sizes;
  const parts = Object.entries({ vectors, corrections: correctionBytes, patches: patchBytes, header });
  return [
    `model        ${model.id}${model.revision ? ` @ ${model.revision}` : ''} (${model.architecture}, d = ${hiddenSize})`,
    `fingerprint  ${model.fingerprint}`,
    `text         ${counted(tokens, 'token')} in ${counted(segmentLengths.length, 'segment')} of ${[...new Set(segmentLengths)].join(', ')}`,
    `vectors      ${storage}, arrangement ${arrangement}, ${vectorsOf(segmentLengths.length, sharedM)}`,
    `accuracy     ${(100 * accuracy).toFixed(2)} % before ${counted(corrections, 'correction')} and ${patches === 1 ? '1 patch' : `${patches} patches`}`,
    `training     ${training.recipe}, seed ${training.seed}, evaluations per segment ${training.steps.join(' ')}, on ${training.device}, version ${training.version}`,
    `file size    ${bytes(sizes.file)}: ${parts.map(([part, size]) => `${part} ${bytes(size)}`).join(', ')}`,
    `text size    ${bytes(sizes.text)}, through zlib ${bytes(sizes.deflated)}`,
  ].join('\n');
}

export function addInspect(program: Command): void {
  withJson(command(program, 'inspect', 'say what a file is').argument('<file>', 'a .proto file')).action(
    (file: string, options: Common) => guarded(() => inspectCommand(file, options)),
  );
}

/** What a file is, without any model. */
async function inspectCommand(
  path: string,
  options: { readonly json: boolean; readonly verbose: boolean },
): Promise<void> {
  const file = await readBytes(path);
  const inspection = await withEngine(options, engine => engine.call(inspect, { file, name: basename(path) }));
  process.stdout.write(options.json ? `${JSON.stringify(inspection)}\n` : `${plain(describe(inspection))}\n`);
}
