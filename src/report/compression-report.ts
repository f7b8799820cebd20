import { counted } from '../runtime/counted.ts';
import type { Inspection } from '../runtime/results/compression.ts';
import type { EvaluatedToken } from '../runtime/results/tokens.ts';
import { arrangements, isArrangementName } from '../runtime/training/arrangement.ts';
import { citation } from './citation.ts';
import { type Block, heading, type Line, paragraph, type Report, term } from './document.ts';
import { count, figure, percent, quoted } from './format.ts';
import { sizesPicture, type TrainingMoment, tokensPicture, trainingPictures } from './pictures.ts';
import type { Repeat } from './repeat.ts';

/** Everything that a report of one compression tells. */
export interface CompressionFacts {
  /** Of the file. */
  readonly name: string;
  readonly inspection: Inspection;
  /** The text and how the model sees its tokens; or why that is not known. */
  readonly contents: { readonly text: string; readonly tokens: readonly EvaluatedToken[] } | string;
  readonly repeat: Repeat;
  /** How it came to be, where that is still known. */
  readonly run: CompressionRun | null;
  readonly attachments: Report['attachments'];
}

/** What a list of jobs knows of a compression, and its file does not. */
export interface CompressionRun {
  readonly moments: readonly TrainingMoment[];
  /** Evaluations of all segments, given-up attempts included. */
  readonly evaluations: number;
  readonly seconds: number;
}

/** A report of the file of one compression. */
export function compressionReport(facts: CompressionFacts): Report {
  const { name, inspection, contents, repeat, run, attachments } = facts;
  const known = typeof contents === 'string' ? null : contents;
  return {
    title: `Report of ${name}`,
    attachments,
    blocks: [
      ...summary(facts),
      ...(run?.moments.length ? [heading('How it was trained'), ...trainingPictures(run.moments)] : []),
      heading('Tokens'),
      ...(known ? tokenBlocks(known.tokens, inspection) : [paragraph(String(contents))]),
      heading('Settings'),
      { kind: 'facts', facts: settings(inspection) },
      heading('Sizes'),
      sizesPicture(inspection.sizes),
      { kind: 'facts', facts: sizes(inspection) },
      ...repeatBlocks(repeat),
      ...(known ? [heading('Text'), { kind: 'code', language: 'text', text: known.text } as const] : []),
      ...citation(),
    ],
  };
}

function summary({ inspection, contents, run }: CompressionFacts): readonly Block[] {
  const { tokens, accuracy, segmentLengths, corrections, model } = inspection;
  const vectors =
    inspection.sharedM && segmentLengths.length > 1 ? segmentLengths.length + 1 : 2 * segmentLengths.length;
  const loss =
    typeof contents === 'string'
      ? null
      : contents.tokens.reduce((sum, { nll }) => sum + nll, 0) / contents.tokens.length;
  return [
    paragraph(
      `${counted(tokens, 'token')} of a text in ${counted(vectors, 'vector')} of ${count(inspection.hiddenSize)} numbers: the `,
      term('Frozen model', 'frozen model'),
      ` ${model.id} emits the text from them in one forward pass.`,
    ),
    {
      kind: 'facts',
      facts: [
        [
          term('Accuracy'),
          `${percent(accuracy)} (${count(Math.round(accuracy * tokens))} of ${counted(tokens, 'token')})`,
        ],
        ...(loss === null ? [] : [[term('Loss'), `${figure(loss)} nats per token`] as const]),
        [term('Correction', 'Corrections'), count(corrections)],
        [term('Patch', 'Patches'), count(inspection.patches)],
        [
          term('Segment', 'Segments'),
          `${count(segmentLengths.length)} (${segmentLengths.map(length => counted(length, 'token')).join(', ')})`,
        ],
        ...(run
          ? [
              [term('Evaluation', 'Evaluations in all'), count(run.evaluations)] as const,
              ['Training time', `${figure(run.seconds)} s`] as const,
            ]
          : []),
      ],
    },
  ];
}

const settings = ({ model, arrangement, hiddenSize, sharedM, segmentLengths, storage, training }: Inspection) => {
  const label = isArrangementName(arrangement) ? ` (${arrangements[arrangement].label})` : '';
  const facts: (readonly [Line, Line])[] = [
    [term('Frozen model', 'Model'), `${model.id} (${model.architecture})`],
    ...(model.revision === null ? [] : [['Revision', { code: model.revision }] as const]),
    [term('Fingerprint'), { code: model.fingerprint }],
    [term('Proto-token', 'Numbers of a vector'), count(hiddenSize)],
    [term('Arrangement'), [{ code: arrangement }, label]],
    [term('Shared m'), sharedM && segmentLengths.length > 1 ? 'yes' : 'no'],
    [term('Recipe'), { code: training.recipe }],
    [term('Seed'), String(training.seed)],
    [term('Evaluation', 'Evaluations of each segment'), training.steps.map(count).join(', ')],
    [term('Storage type'), storage],
    [term('Device'), training.device],
    ['Made by', `Proto-Tokens ${training.version}`],
  ];
  return facts;
};

const sizes = ({ sizes: { file, vectors, corrections, patches, header, text, deflated } }: Inspection) => {
  const bytes = (value: number): string => counted(value, 'byte');
  const facts: (readonly [Line, Line])[] = [
    ['Text in UTF-8', bytes(text)],
    [term('Deflated size', 'Text through zlib'), bytes(deflated)],
    ['File', bytes(file)],
    [term('Proto-token', 'of this the vectors'), bytes(vectors)],
    [term('Correction', 'corrections'), bytes(corrections)],
    [term('Patch', 'patches'), bytes(patches)],
    ['description of the file', bytes(header)],
  ];
  return facts;
};

/** The logit of the right token less the greatest of all others: what their nll differ by, as far as the likeliest are known. */
export function marginOf({ target, nll, top }: EvaluatedToken): number | null {
  const rival = top.find(({ id }) => id !== target);
  return rival ? rival.nll - nll : null;
}

function tokenBlocks(tokens: readonly EvaluatedToken[], { corrections }: Inspection): readonly Block[] {
  const wrong = tokens.filter(({ target, predicted }) => target !== predicted).length;
  const unsafe = corrections - wrong;
  return [
    paragraph(
      wrong
        ? `${count(tokens.length - wrong)} of ${counted(tokens.length, 'token')} come out right; what is wrong is stored as `
        : `All ${counted(tokens.length, 'token comes', 'tokens come')} out right`,
      ...(wrong ? [term('Correction', 'corrections')] : []),
      '.',
      ...(unsafe > 0
        ? [
            ` ${counted(unsafe, 'token is', 'tokens are')} right by so little that another device might round otherwise; ${unsafe === 1 ? 'it is' : 'they are'} corrected, too.`,
          ]
        : []),
    ),
    tokensPicture(tokens),
    {
      kind: 'table',
      columns: [
        { name: 'No.', number: true },
        { name: 'Outcome' },
        { name: term('Token', 'Target') },
        { name: 'Predicted' },
        { name: term('Nll'), number: true },
        { name: term('Probability'), number: true },
        { name: term('Rank'), number: true },
        { name: term('Margin'), number: true },
      ],
      rows: tokens.map((token, i) => {
        const right = token.target === token.predicted;
        const margin = marginOf(token);
        return [
          String(i + 1),
          right ? 'right' : 'WRONG',
          { code: quoted(token.targetText) },
          right ? '' : { code: quoted(token.predictedText) },
          token.nll.toFixed(3),
          percent(Math.exp(-token.nll)),
          count(token.rank),
          margin === null ? '–' : margin.toFixed(3),
        ];
      }),
    },
  ];
}

/** How to make it once more. */
export function repeatBlocks({ commands, assumed }: Repeat): readonly Block[] {
  return [
    heading('The command that repeats it'),
    paragraph('In a clone of Proto-Tokens:'),
    { kind: 'code', language: 'sh', text: commands.join('\n') },
    paragraph(
      'It gives the same file, to the last byte, on the same kind of device',
      assumed.length ? ', if what the file itself does not say is as it is taken to be here:' : '.',
    ),
    ...(assumed.length ? [{ kind: 'list', lines: assumed } as const] : []),
  ];
}
