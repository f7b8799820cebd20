import { compressionOptions } from '../runtime/compression/options.ts';
import { halves, planSegments, type Segment } from '../runtime/compression/segments.ts';
import { parseParameters } from '../runtime/operations/parse.ts';
import type { Inspection } from '../runtime/results/compression.ts';
import type { EvaluatedToken } from '../runtime/results/tokens.ts';

/** Command lines that make something once more. */
export interface Repeat {
  readonly commands: readonly string[];
  /** What had to be assumed, because the file does not say it. */
  readonly assumed: readonly string[];
}

/** What was asked of a compression; a file does not keep all of it. */
export interface Asked {
  readonly segmentLength: number;
  /** Undefined takes the recipe's. */
  readonly budget: number | undefined;
  readonly sharedM: boolean;
  /** File that it began from; null when it began anew. */
  readonly from: string | null;
  /** Whether it was ended before its time. */
  readonly cancelled: boolean;
}

/** Where the command line finds things, as whoever runs it names them. */
export interface Places {
  /** Folder of the model; undefined for the bundled one. */
  readonly model: string | undefined;
  /** A file of each text. */
  readonly texts: readonly string[];
  /** What is made. */
  readonly out: string;
}

const { segmentLength: usualSegmentLength } = parseParameters(compressionOptions, {});

/** An argument as a shell takes it: in quotation marks where it holds more than plain signs. */
export function argument(text: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w@%+=:,./-]+$/.test(text) || (platform === 'win32' && /^[\w@+=:,./\\-]+$/.test(text))) return text;
  return platform === 'win32' ? `"${text.replaceAll('"', '""')}"` : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A whole command line, as it is typed in a clone. */
export const commandLine = (args: readonly string[]): string =>
  `npm run -s cli -- ${args.map(text => argument(text)).join(' ')}`;

/**
 * The command line that repeats a compression, to the same bytes on the same device.
 *
 * @param tokens of the text as the model sees them; null when that is not known
 * @param asked what was asked for; null when only the file is there, and it is taken from what came of it
 */
export function repeatCompression(
  inspection: Inspection,
  tokens: readonly EvaluatedToken[] | null,
  asked: Asked | null,
  { model, texts, out }: Places,
): Repeat {
  const { arrangement, training, storage } = inspection;
  const { segmentLength, budget, sharedM, from, cancelled, assumed } = asked
    ? { ...asked, assumed: [] }
    : guessed(inspection, tokens);
  const args = [
    ...['compress', ...texts, '--out', out],
    ...(from === null ? [] : ['--from', from]),
    ...(model === undefined ? [] : ['--model', model]),
    ...['--device', training.device, '--arrangement', arrangement, '--recipe', training.recipe],
    ...['--segment-length', String(segmentLength)],
    ...(budget === undefined ? [] : ['--budget', String(budget)]),
    ...['--seed', String(training.seed)],
    ...(sharedM ? ['--shared-m'] : []),
    ...['--storage', storage],
  ];
  const ended = cancelled ? ['The compression was cancelled before its end; repeated, it goes on to the end.'] : [];
  return { commands: [commandLine(args)], assumed: [...assumed, ...ended] };
}

/** What must have been asked for, from what the file holds. */
function guessed(
  { segmentLengths, sharedM: shared, training }: Inspection,
  evaluated: readonly EvaluatedToken[] | null,
): Asked & { readonly assumed: readonly string[] } {
  const segments = inRow(segmentLengths);
  const segmentLength = plannedLength(segments);
  const wrong = (evaluated ?? []).map(({ target, predicted }) => target !== predicted);
  // A segment that is kept with wrong tokens has had all of its evaluations: it was too short to be split.
  const spent = segments.findIndex(({ start, length }) => wrong.slice(start, start + length).includes(true));
  const budget = spent < 0 ? undefined : training.steps[spent];
  const wasSplit = planSegments(total(segments), segmentLength).length < segments.length;
  return {
    segmentLength,
    budget,
    sharedM: shared && segments.length > 1,
    from: null,
    cancelled: false,
    assumed: [
      'It was made from the text alone, not from an earlier file (--from), and was not cancelled.',
      ...(wasSplit ? [`Its maximum of tokens per segment was ${segmentLength}, before segments were split.`] : []),
      ...(wasSplit && budget === undefined ? ['Its budget was the one of the recipe; if not, add --budget.'] : []),
    ],
  };
}

function inRow(lengths: readonly number[]): Segment[] {
  let start = 0;
  return lengths.map(length => {
    const segment = { start, length };
    start += length;
    return segment;
  });
}

const total = (segments: readonly Segment[]): number => segments.reduce((sum, { length }) => sum + length, 0);

/** The maximum tokens per segment with which a text was cut, so that these segments came of it. */
function plannedLength(segments: readonly Segment[]): number {
  const tokens = total(segments);
  const ends = new Set(segments.map(({ start, length }) => start + length));
  const isLeaf = new Set(segments.map(({ start, length }) => `${start} ${length}`));
  const comesOf = (segment: Segment): boolean => {
    if (isLeaf.has(`${segment.start} ${segment.length}`)) return true;
    const parts = halves(segment);
    return parts.length > 0 && parts.every(comesOf);
  };
  const fits = (length: number): boolean => {
    const planned = planSegments(tokens, length);
    return planned.every(({ start, length: own }) => ends.has(start + own)) && planned.every(comesOf);
  };
  const longest = Math.max(...segments.map(({ length }) => length));
  // Without a split, the longest segment says it; a cut that needs splits to explain it is less likely.
  if (fits(longest) && planSegments(tokens, longest).length === segments.length) return longest;
  if (fits(usualSegmentLength)) return usualSegmentLength;
  for (let length = longest; length <= tokens; length++) if (fits(length)) return length;
  return longest;
}
