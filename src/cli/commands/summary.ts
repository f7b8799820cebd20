import { clock } from '../../runtime/clock.ts';
import { counted } from '../../runtime/counted.ts';
import type { CompressionSummary } from '../../runtime/results/compression.ts';
import { bytes } from '../terminal.ts';

const percent = (share: number): string => `${(100 * share).toFixed(share === 1 ? 0 : 1)} %`;

/** What became of a compression, for a person to read. */
export function describeCompression(summary: CompressionSummary): string {
  const { tokens, segments, accuracy, corrections, patches, evaluations, seconds, sizes, storage, device } = summary;
  const { keptSegments: kept } = summary;
  const lines = [
    `${counted(tokens, 'token')} in ${counted(segments, 'segment')}, ${percent(accuracy)} right in one forward pass, ${counted(corrections, 'correction')}`,
    ...(kept === null ? [] : [`${kept} of ${counted(segments, 'segment')} kept from before the edit`]),
    `${counted(evaluations, 'evaluation')} in ${clock(seconds)} on ${device}`,
    '',
    `  the text           ${bytes(sizes.text)}, through zlib ${bytes(sizes.deflated)}`,
    `  its proto-tokens   ${bytes(sizes.vectors)} (${storage === 'F16' ? '16' : '32'}-bit numbers)`,
    `  corrections        ${bytes(sizes.corrections)}`,
    ...(patches ? [`  tokenizer patches  ${bytes(sizes.patches)} in ${counted(patches, 'place')}`] : []),
    `  the file           ${bytes(sizes.file)}`,
  ];
  return lines.join('\n');
}
