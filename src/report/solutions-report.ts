import { counted } from '../runtime/counted.ts';
import type { Connection, ConnectReport } from '../runtime/results/connectivity.ts';
import type { DistanceReport } from '../runtime/results/distances.ts';
import type { SolutionFacts, SolutionsInspection } from '../runtime/results/solutions.ts';
import { arrangements, isArrangementName } from '../runtime/training/arrangement.ts';
import { citation } from './citation.ts';
import { repeatBlocks } from './compression-report.ts';
import { type Block, heading, type Line, paragraph, type Report, term } from './document.ts';
import { count, figure, percent, precise } from './format.ts';
import { distancesPicture, kindNames, pathsPicture } from './pictures.ts';
import type { Repeat } from './repeat.ts';

/** Everything that a report of a set of solutions tells. */
export interface SolutionsReportFacts {
  readonly name: string;
  readonly inspection: SolutionsInspection;
  /** Or why they are not known. */
  readonly distances: DistanceReport | string;
  /** Of the curves that the file holds; null when it holds none, a sentence when they cannot be looked at. */
  readonly paths: ConnectReport | string | null;
  readonly repeat: Repeat;
  readonly attachments: Report['attachments'];
}

/** A report of the solutions of one or several texts. */
export function solutionsReport(facts: SolutionsReportFacts): Report {
  const { name, inspection, distances, paths, repeat, attachments } = facts;
  return {
    title: `Report of ${name}`,
    attachments,
    blocks: [
      ...summary(inspection),
      heading('Distances'),
      ...(typeof distances === 'string' ? [paragraph(distances)] : distanceBlocks(distances)),
      ...pathBlocks(paths, inspection),
      heading('Solutions'),
      solutionsTable(inspection),
      heading('Texts'),
      ...inspection.texts.flatMap(({ title, text, context }): Block[] => [
        paragraph(title, context === undefined ? '' : `, which continues ${context}`, ':'),
        { kind: 'code', language: 'text', text },
      ]),
      heading('Settings'),
      { kind: 'facts', facts: settings(inspection) },
      ...repeatBlocks(repeat),
      ...citation(),
    ],
  };
}

const isPerfect = ({ correct, tokens }: SolutionFacts): boolean => correct === tokens;

function summary({ texts, solutions, model, curves, hiddenSize }: SolutionsInspection): readonly Block[] {
  const perfect = solutions.filter(isPerfect).length;
  return [
    paragraph(
      `${counted(solutions.length, 'solution')} of ${counted(texts.length, 'text')}: each is two vectors of ${count(hiddenSize)} numbers from which the `,
      term('Frozen model', 'frozen model'),
      ` ${model.id} emits its text in one forward pass.`,
    ),
    {
      kind: 'facts',
      facts: [
        [term('Solution', 'Solutions'), count(solutions.length)],
        [term('Perfect'), `${count(perfect)} of ${count(solutions.length)}`],
        ['Texts', count(texts.length)],
        [term('Curve', 'Curves'), count(curves.length)],
      ],
    },
  ];
}

function distanceBlocks(report: DistanceReport): readonly Block[] {
  const { groups, leftOut } = report;
  return [
    paragraph(
      'How far apart the solutions lie, by the ',
      term('Cosine distance', `${report.measure} distance`),
      ' of their vectors e and m, joined.',
      leftOut ? ` ${counted(leftOut, 'solution')} got too few tokens right to be compared.` : '',
    ),
    distancesPicture(report),
    {
      kind: 'table',
      columns: [
        { name: [term('Distance', 'Pairs'), ' of solutions of'] },
        { name: 'Pairs', number: true },
        { name: 'Median', number: true },
        { name: 'Quartiles', number: true },
        { name: 'Least', number: true },
        { name: 'Greatest', number: true },
      ],
      rows: groups.map(({ kind, pairs, median, quartiles, least, greatest }) => [
        kindNames[kind],
        count(pairs),
        precise(median),
        quartiles.map(precise).join(' to '),
        precise(least),
        precise(greatest),
      ]),
    },
  ];
}

function pathBlocks(paths: ConnectReport | string | null, inspection: SolutionsInspection): readonly Block[] {
  if (paths === null) return [];
  if (typeof paths === 'string') return [heading('Curves'), paragraph(paths)];
  if (!paths.connections.length) return [];
  return [
    heading('Curves'),
    paragraph(
      'Whether the text still comes out on the way from one solution to another: on the straight line, and on a trained ',
      term('Curve', 'curve'),
      '.',
    ),
    pathsPicture(paths),
    {
      kind: 'table',
      columns: [
        { name: 'Pair' },
        { name: ['Lowest ', term('Accuracy', 'accuracy'), ', line'], number: true },
        { name: 'curve', number: true },
        { name: 'Mean, line', number: true },
        { name: 'curve', number: true },
        { name: term('Length ratio'), number: true },
        { name: term('Evaluation', 'Evaluations'), number: true },
      ],
      rows: paths.connections.map(connection => pathRow(connection, inspection)),
    },
  ];
}

function pathRow(
  { first, second, straight, curve, lengthRatio, steps }: Connection,
  file: SolutionsInspection,
): Line[] {
  const [a, b] = [file.solutions[first], file.solutions[second]];
  return [
    `${file.texts[a?.text ?? 0]?.title ?? ''}, seeds ${a?.seed ?? first} and ${b?.seed ?? second}`,
    percent(straight.lowestAccuracy),
    percent(curve.lowestAccuracy),
    percent(straight.meanAccuracy),
    percent(curve.meanAccuracy),
    figure(lengthRatio),
    count(steps),
  ];
}

const solutionsTable = ({ solutions, texts }: SolutionsInspection): Block => ({
  kind: 'table',
  columns: [
    { name: 'No.', number: true },
    { name: 'Text' },
    { name: term('Seed'), number: true },
    { name: term('Evaluation', 'Evaluations'), number: true },
    { name: term('Accuracy', 'Tokens right'), number: true },
  ],
  rows: solutions.map(({ text, seed, steps, correct, tokens }, i) => [
    String(i + 1),
    texts[text]?.title ?? `text ${text + 1}`,
    String(seed),
    count(steps),
    `${count(correct)} of ${count(tokens)}`,
  ]),
});

function settings({ model, arrangement, recipe, hiddenSize }: SolutionsInspection): readonly (readonly [Line, Line])[] {
  const label = isArrangementName(arrangement) ? ` (${arrangements[arrangement].label})` : '';
  return [
    [term('Frozen model', 'Model'), model.id],
    ...(model.revision === null ? [] : [['Revision', { code: model.revision }] as const]),
    [term('Fingerprint'), { code: model.fingerprint }],
    [term('Proto-token', 'Numbers of a vector'), count(hiddenSize)],
    [term('Arrangement'), [{ code: arrangement }, label]],
    [term('Recipe'), { code: recipe }],
  ];
}
