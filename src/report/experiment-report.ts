import { counted } from '../runtime/counted.ts';
import type { ExperimentRequest } from '../runtime/experiments/folder.ts';
import { shardName } from '../runtime/experiments/shard.ts';
import type { ExperimentReport, ReportFigure, ReportTable } from '../runtime/results/experiments.ts';
import { citation } from './citation.ts';
import { toCsv } from './csv.ts';
import { type Block, heading, type Line, paragraph, type Report, term } from './document.ts';
import { figureSvg, figureTable, wordsOf } from './figures.ts';
import { count } from './format.ts';
import { commandLine } from './repeat.ts';

export interface ExperimentFacts {
  readonly request: ExperimentRequest;
  readonly report: ExperimentReport;
  /** Folder of the experiment, as a command line names it. */
  readonly out: string;
  /** The folder of the model likewise; undefined for the bundled one. */
  readonly modelPath: string | undefined;
}

/** The page of an experiment: tables beside the paper's, figures, settings, and the command that repeats it. */
export function experimentReport(facts: ExperimentFacts): Report {
  const { request, report } = facts;
  const { experiment, tables, figures, failures, settings } = report;
  return {
    title: `${experiment.name}: ${experiment.summary}`,
    attachments: [
      ...tables.map((table, i) => ({ file: `table-${i + 1}.csv`, bytes: Buffer.from(csvOf(table)) })),
      ...figures.map(figure => ({ file: `${figure.file}.csv`, bytes: Buffer.from(toCsv(figureTable(figure))) })),
    ],
    blocks: [
      paragraph(
        `${experiment.paper} of `,
        {
          link: 'https://arxiv.org/abs/2505.21189',
          label: 'Exploring the Latent Capacity of LLMs for One-Step Text Generation',
        },
        ' (arXiv 2505.21189), on other texts and, unless it says otherwise, another model: compare shapes rather than numbers.',
      ),
      { kind: 'facts', facts: overview(request, report) },
      ...tables.flatMap((table, i) => tableBlocks(table, `table-${i + 1}.csv`)),
      ...figures.flatMap(figureBlocks),
      ...(failures.length
        ? [
            heading('Cells that could not be computed'),
            {
              kind: 'table',
              columns: [{ name: term('Cell') }, { name: 'Why' }],
              rows: failures.map(({ cell, problem }) => [cell, problem]),
            } as const,
          ]
        : []),
      heading('Settings'),
      {
        kind: 'table',
        columns: [{ name: 'Setting' }, { name: 'Value' }],
        rows: settings.map(([name, value]) => [{ code: name }, value.split(',').join(', ')]),
      },
      heading('The command that repeats it'),
      paragraph('In a clone of Proto-Tokens; what is there already is not computed again:'),
      { kind: 'code', language: 'sh', text: commandOf(facts) },
      ...citation(),
    ],
  };
}

function overview({ model, source, device, preset, software }: ExperimentRequest, report: ExperimentReport) {
  const { done, cells, failures } = report;
  const facts: (readonly [Line, Line])[] = [
    [term('Frozen model', 'Model'), model.id],
    [term('Fingerprint'), { code: model.fingerprint }],
    ['Texts', `${source.name} (${count(source.texts)}, SHA-256 ${source.sha256.slice(0, 12)}…)`],
    ['Preset', preset],
    [
      term('Cell', 'Cells'),
      `${count(done)} of ${count(cells)}${failures.length ? `; ${count(failures.length)} could not be computed` : ''}`,
    ],
    [term('Device'), device],
    ['Made by', `Proto-Tokens ${software}`],
  ];
  return facts;
}

/** Whether a column holds numbers, with or without a deviation, and dashes for none. */
const isNumeric = (cells: readonly string[]): boolean =>
  cells.some(cell => /\d/.test(cell)) && cells.every(cell => /^[-\d.,±%[\] ]*$/.test(cell));

function tableBlocks({ title, header, rows }: ReportTable, file: string): readonly Block[] {
  return [
    heading(title),
    {
      kind: 'table',
      columns: header.map((name, i) =>
        isNumeric(rows.map(row => row[i] ?? '')) ? { name, number: true as const } : { name },
      ),
      rows,
    },
    paragraph({ link: file, label: 'CSV' }),
  ];
}

function figureBlocks(figure: ReportFigure): readonly Block[] {
  const { file, title } = figure;
  return [
    heading(title),
    { kind: 'picture', picture: { file: `${file}.svg`, svg: figureSvg(figure), description: wordsOf(figure) } },
    paragraph({ link: `${file}.csv`, label: 'CSV' }),
  ];
}

const csvOf = ({ header, rows }: ReportTable): string => toCsv({ columns: header, rows });

/** The command line that computes the same. */
export function commandOf({ request, out, modelPath }: ExperimentFacts): string {
  const { experiment, preset, settings, device, source, shard } = request;
  return commandLine([
    ...['experiment', 'run', experiment],
    ...(preset === 'quick' ? [] : ['--preset', preset]),
    ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]),
    ...(modelPath === undefined ? [] : ['--model', modelPath]),
    ...(source.paths.length ? ['--texts', ...source.paths, '--cut', source.cut] : []),
    ...(source.words === null ? [] : ['--words', source.words]),
    ...(source.continuations ? ['--generate', String(source.continuations.tokens)] : []),
    ...(source.seed ? ['--source-seed', String(source.seed)] : []),
    ...(shard ? ['--shard', shardName(shard)] : []),
    ...['--device', device, '--out', out],
  ]);
}

/** How far it is, for whoever reads the tables of an experiment that is not complete. */
export const standingOf = ({ done, cells, failures }: ExperimentReport): string =>
  `${count(done)} of ${counted(cells, 'cell')}${failures.length ? `, ${count(failures.length)} failed` : ''}`;
