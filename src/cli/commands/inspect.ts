import { basename } from 'node:path';
import type { Inspection } from '../../runtime/engine/protocol.ts';
import { withEngine } from '../engine.ts';
import { readBytes } from '../files.ts';
import { bytes } from '../terminal.ts';

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
  return [
    `model        ${model.id}${model.revision ? ` @ ${model.revision}` : ''} (${model.architecture}, d = ${hiddenSize})`,
    `fingerprint  ${model.fingerprint}`,
    `text         ${tokens} tokens in ${segmentLengths.length} segments of ${[...new Set(segmentLengths)].join(', ')}`,
    `vectors      ${storage}, arrangement ${arrangement}, ${sharedM ? 'one m for all segments' : 'an m for each segment'}`,
    `accuracy     ${(100 * accuracy).toFixed(2)} % before ${corrections} corrections and ${patches} patches`,
    `training     ${training.recipe}, seed ${training.seed}, ${training.steps.join(' ')} steps on ${training.device}, version ${training.version}`,
    ...Object.entries(sizes).map(([part, count]) => `${part.padEnd(12)} ${bytes(count)}`),
  ].join('\n');
}

/** What a file is, without any model. */
export async function inspectCommand(
  path: string,
  options: { readonly json: boolean; readonly verbose: boolean },
): Promise<void> {
  const file = await readBytes(path);
  const inspection = await withEngine(options, engine => engine.inspect(file, basename(path)));
  process.stdout.write(options.json ? `${JSON.stringify(inspection)}\n` : `${describe(inspection)}\n`);
}
