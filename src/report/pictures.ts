import { type Mark, type Panel, type Series, svgOf } from '../plot/axes.ts';
import { barsSvg } from '../plot/bars.ts';
import { heatmapSvg } from '../plot/heatmap.ts';
import { linearAxis, logarithmicAxis } from '../plot/ticks.ts';
import { counted } from '../runtime/counted.ts';
import type { Sizes } from '../runtime/results/compression.ts';
import type { ConnectReport, PathReport } from '../runtime/results/connectivity.ts';
import type { DistanceReport } from '../runtime/results/distances.ts';
import type { EvaluatedToken } from '../runtime/results/tokens.ts';
import type { Block } from './document.ts';
import { count, figure, percent, precise } from './format.ts';

/** How a training stood at one time. */
export interface TrainingMoment {
  readonly evaluations: number;
  readonly correct: number;
  /** In nats per token; null where it is not known. */
  readonly loss: number | null;
}

const [blue, orange] = [0, 1];

function picture(file: string, svg: string, description: string): Block {
  return { kind: 'picture', picture: { file, svg, description } };
}

/** Loss and right tokens over the evaluations. */
export function trainingPictures(moments: readonly TrainingMoment[]): readonly Block[] {
  const evaluations = linearAxis(
    'evaluations',
    moments.map(moment => moment.evaluations),
    { whole: true },
  );
  const losses = moments.flatMap(({ evaluations: x, loss }): Mark[] => (loss === null ? [] : [{ x, y: loss }]));
  const correct = moments.map(({ evaluations: x, correct: y }): Mark => ({ x, y }));
  const positive = losses.length > 0 && losses.every(({ y }) => y > 0);
  const line = (name: string, look: number, marks: readonly Mark[]): Series => ({ name, look, marks, points: false });
  const heights = losses.map(({ y }) => y);
  const panels: Panel[] = [
    {
      title: 'Loss',
      x: evaluations,
      y: positive ? logarithmicAxis('nats per token', heights) : linearAxis('nats per token', heights),
      series: [line('loss', blue, losses)],
    },
    {
      title: 'Tokens right',
      x: evaluations,
      y: linearAxis(
        'tokens',
        correct.map(({ y }) => y),
        { whole: true },
      ),
      series: [line('tokens right', orange, correct)],
    },
  ];
  const last = moments.at(-1);
  const description = `Loss and number of right tokens over the evaluations; the number of right tokens ends at ${count(last?.correct ?? 0)}, after ${counted(last?.evaluations ?? 0, 'evaluation')}${last?.loss == null ? '' : ` and the loss is ${figure(last.loss)} nats per token`}.`;
  return [picture('training.svg', svgOf({ title: 'Training', description, caption: [], panels }), description)];
}

/** The nll of every token, the wrong ones apart. */
export function tokensPicture(tokens: readonly EvaluatedToken[]): Block {
  const marks = tokens.map(({ nll }, i): Mark => ({ x: i + 1, y: nll }));
  const isRight = (i: number): boolean => tokens[i]?.target === tokens[i]?.predicted;
  const wrong = marks.filter((_, i) => !isRight(i));
  const series: Series[] = [
    { name: 'right', look: blue, line: false, marks: marks.filter((_, i) => isRight(i)) },
    { name: 'wrong', look: orange, line: false, marks: wrong.map(mark => ({ ...mark, hollow: true })) },
  ];
  const description = `The nll of each of ${counted(tokens.length, 'token')} in the order of the text; wrong: ${count(wrong.length)}.`;
  const panel: Panel = {
    title: '',
    x: linearAxis(
      'token',
      marks.map(({ x }) => x),
      { low: 1, whole: true },
    ),
    y: linearAxis(
      'nll in nats',
      marks.map(({ y }) => y),
    ),
    series: series.filter(one => one.marks.length),
  };
  const caption = ['An nll of 0 is a probability of 100 %, 2.3 of 10 %, 4.6 of 1 %.'];
  return picture(
    'tokens.svg',
    svgOf({ title: 'Nll of every token', description, caption, panels: [panel] }),
    description,
  );
}

/** The file beside the text that it stands for. */
export function sizesPicture({ file, vectors, corrections, patches, header, text, deflated }: Sizes): Block {
  const description = `Bytes: the text ${count(text)}, through zlib ${count(deflated)}, the file ${count(file)}, of which the vectors take ${count(vectors)}.`;
  const bars = [
    { name: 'Text', parts: [{ name: 'text', value: text, look: 7 }] },
    { name: 'zlib', parts: [{ name: 'text', value: deflated, look: 7 }] },
    {
      name: 'File',
      parts: [
        { name: 'vectors', value: vectors, look: 0 },
        { name: 'corrections', value: corrections, look: 1 },
        { name: 'patches', value: patches, look: 2 },
        { name: 'description', value: header, look: 3 },
      ],
    },
  ];
  return picture('sizes.svg', barsSvg({ title: 'Sizes', description, label: 'bytes', bars }), description);
}

/** Distances of all pairs as colours, those of a text side by side. */
export function distancesPicture({ distances, order, solutions, texts, groups, measure }: DistanceReport): Block {
  const n = order.length;
  const values = Float32Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [order[Math.floor(i / n)] ?? 0, order[i % n] ?? 0];
    return row === column ? Number.NaN : (distances[row * n + column] ?? Number.NaN);
  });
  const inOrder = order.map(i => solutions[i]);
  const names = inOrder.map(solution => `${texts[solution?.text ?? 0]?.title ?? ''}, seed ${solution?.seed ?? ''}`);
  const begins = inOrder.flatMap((solution, i) => (i > 0 && solution?.text !== inOrder[i - 1]?.text ? [i] : []));
  const least = Math.min(...groups.map(group => group.least));
  const greatest = Math.max(...groups.map(group => group.greatest));
  const description = `${measure === 'cosine' ? 'Cosine' : 'Euclidean'} distances between ${counted(n, 'solution')}, from ${precise(least)} to ${precise(greatest)}; ${groups
    .map(({ kind, median }) => `median of pairs of ${kindNames[kind]} ${precise(median)}`)
    .join(', ')}.`;
  const svg = heatmapSvg({
    title: `Distances (${measure}, e and m joined)`,
    description,
    caption: ['Each row and each column is a solution; lines part the texts. Blank: a solution and itself.'],
    names,
    groups: begins,
    values,
    range: [least, greatest],
    label: 'distance',
  });
  return picture('distances.svg', svg, description);
}

export const kindNames = {
  'same-text': 'the same text',
  'same-context': 'the same context',
  'different-context': 'different contexts',
} as const;

/** Accuracy and loss along the straight lines and along the curves: what figure 6 of the paper shows. */
export function pathsPicture({ grid, connections }: ConnectReport): Block {
  const along = (of: (path: PathReport) => readonly number[], which: 'straight' | 'curve'): Mark[] =>
    grid.map((t, i) => {
      const values = connections.map(connection => of(connection[which])[i] ?? Number.NaN).sort((a, b) => a - b);
      const middle = values[Math.floor(values.length / 2)] ?? Number.NaN;
      return { x: t, y: middle, ...(values.length > 1 ? { low: values[0], high: values.at(-1) } : {}) };
    });
  const panelOf = (title: string, label: string, of: (path: PathReport) => readonly number[]): Panel => {
    const series: Series[] = [
      { name: 'straight line', look: orange, marks: along(of, 'straight') },
      { name: 'trained curve', look: blue, marks: along(of, 'curve') },
    ];
    const heights = series.flatMap(({ marks }) => marks.flatMap(({ y, high }) => [y, high ?? y]));
    return { title, x: linearAxis('t, from one solution to the other', [1]), y: linearAxis(label, heights), series };
  };
  const lowest = (which: 'straight' | 'curve'): string =>
    percent(Math.min(...connections.map(connection => connection[which].lowestAccuracy)));
  const description = `Accuracy and loss along ${count(connections.length)} paths between solutions of one text: the lowest accuracy is ${lowest('straight')} on the straight lines and ${lowest('curve')} on the trained curves.`;
  const svg = svgOf({
    title: 'Along the paths',
    description,
    caption: connections.length > 1 ? ['The middle one of all pairs, and bars from the least to the greatest.'] : [],
    panels: [
      panelOf('Accuracy', 'share of the tokens right', ({ accuracy }) => accuracy),
      panelOf('Loss', 'nats per token', ({ nll }) => nll),
    ],
  });
  return picture('paths.svg', svg, description);
}
