import { clock } from '../../runtime/clock.ts';
import type { CompressionSummary } from '../../runtime/results/compression.ts';
import { bytes } from '../terminal.ts';

const percent = (share: number): string => `${(100 * share).toFixed(share === 1 ? 0 : 1)} %`;

/** What became of a compression, for a person to read. */
export function describeCompression(summary: CompressionSummary): string {
  const { tokens, segments, accuracy, corrections, patches, evaluations, seconds, sizes, storage, device } = summary;
  const { keptSegments: kept } = summary;
  const lines = [
    `${tokens} tokens in ${segments} ${segments === 1 ? 'segment' : 'segments'}, ${percent(accuracy)} right in one forward pass, ${corrections} corrected`,
    ...(kept === null ? [] : [`${kept} of ${segments} segments kept from before the edit`]),
    `${evaluations} gradient evaluations in ${clock(seconds)} on ${device}`,
    '',
    `  the text           ${bytes(sizes.text)}, through zlib ${bytes(sizes.deflated)}`,
    `  its proto-tokens   ${bytes(sizes.vectors)} (${storage === 'F16' ? '16' : '32'}-bit numbers)`,
    `  corrections        ${bytes(sizes.corrections)}`,
    ...(patches ? [`  tokenizer patches  ${bytes(sizes.patches)} in ${patches} places`] : []),
    `  the file           ${bytes(sizes.file)}`,
  ];
  return lines.join('\n');
}
