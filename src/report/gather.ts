import type { EngineClient } from '../runtime/engine/client.ts';
import { UserError } from '../runtime/errors.ts';
import { connect, distances } from '../runtime/operations/analyses.ts';
import { decode, evaluate, inspect } from '../runtime/operations/compression.ts';
import type { ModelRequest } from '../runtime/operations/operation.ts';
import { inspectSolutions } from '../runtime/operations/solutions.ts';
import type { NamedFile } from '../runtime/results/files.ts';
import { type CompressionRun, compressionReport } from './compression-report.ts';
import type { Report } from './document.ts';
import { type Asked, repeatCompression } from './repeat.ts';
import { repeatSolutions } from './repeat-solutions.ts';
import { solutionsReport } from './solutions-report.ts';
import { textFiles } from './texts.ts';

type Caller = Pick<EngineClient, 'call'>;

/** What a report is of, and where its command lines find things. */
export interface Subject {
  readonly file: NamedFile;
  readonly model: ModelRequest;
  /** The model folder as a command line names it; undefined for the bundled model. */
  readonly modelPath: string | undefined;
  /** The path of a file of the report, as a command line names it. */
  readonly pathOf: (file: string) => string;
}

/** What a list of jobs knows, and the file does not. */
export interface KnownRun extends CompressionRun {
  readonly asked: Omit<Asked, 'from'>;
  /** Bytes of the file that it began from. */
  readonly continueFrom: Uint8Array | undefined;
}

const startFile = 'start.tokens.proto';

/** What there is, or why there is nothing: another model is no reason not to tell the rest. */
async function orReason<T>(asking: Promise<T>): Promise<T | string> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Asks the engine for all that a report of a .proto file tells. @throws UserError when the file is not ours. */
export async function reportOfCompression(
  engine: Caller,
  { file, model, modelPath, pathOf }: Subject,
  run: KnownRun | null,
): Promise<Report> {
  const inspection = await engine.call(inspect, file);
  const contents = await orReason(
    (async () => {
      const { text } = await engine.call(decode, { ...model, ...file });
      return { text, tokens: await engine.call(evaluate, { ...model, ...file }) };
    })(),
  );
  const known = typeof contents === 'string' ? null : contents;
  const title = file.name.replace(/(\.tokens)?\.proto$/, '');
  const texts = textFiles(known ? [{ title: /\.\w+$/.test(title) ? title : `${title}.txt`, text: known.text }] : []);
  const start = run?.continueFrom ? [{ file: startFile, bytes: run.continueFrom }] : [];
  const asked = run && { ...run.asked, from: run.continueFrom ? pathOf(startFile) : null };
  const repeat = repeatCompression(inspection, known?.tokens ?? null, asked, {
    model: modelPath,
    texts: known ? texts.map(text => pathOf(text.file)) : ['TEXT'],
    out: pathOf(file.name),
  });
  const inexact = known && Buffer.from(known.text).toString() !== known.text;
  return compressionReport({
    name: file.name,
    inspection,
    contents,
    repeat: {
      ...repeat,
      assumed: [
        ...repeat.assumed,
        ...(known ? [] : ['TEXT stands for a file with its text, which the chosen model cannot decode.']),
        ...(inexact
          ? ['The text holds halves of characters, which a file in UTF-8 cannot: it cannot be repeated.']
          : []),
      ],
    },
    run,
    attachments: [...texts, ...start],
  });
}

/** Asks the engine for all that a report of a NAME.solutions.json tells. @throws UserError when the file is not ours. */
export async function reportOfSolutions(engine: Caller, { file, model, modelPath, pathOf }: Subject): Promise<Report> {
  const inspection = await engine.call(inspectSolutions, file);
  const compare = (over: 'both' | 'm') =>
    orReason(engine.call(distances, { ...model, files: [file], options: { over, semantic: 'off' } }));
  const compared = await compare('both');
  const byM = await compare('m');
  const paths = inspection.curves.length
    ? await orReason(engine.call(connect, { ...model, ...file, options: { pairs: 'stored' } }))
    : null;
  const texts = textFiles(inspection.texts);
  const asked = {
    sharedM: typeof byM !== 'string' && haveOneM(byM),
    device: model.device === 'auto' ? undefined : model.device,
  };
  const repeat = repeatSolutions(inspection, asked, {
    model: modelPath,
    texts: texts.map(text => pathOf(text.file)),
    out: pathOf(file.name),
  });
  const renamed = texts.every(({ exact }) => exact)
    ? []
    : ['Some texts have a title that no file can have; theirs will be another one.'];
  return solutionsReport({
    name: file.name,
    inspection,
    distances: compared,
    paths: paths === null || typeof paths === 'string' ? paths : paths.report,
    repeat: { ...repeat, assumed: [...repeat.assumed, ...renamed] },
    attachments: texts,
  });
}

/** Whether solutions of one text have the same m everywhere. */
function haveOneM({
  distances: values,
  solutions,
}: {
  distances: Float32Array;
  solutions: readonly { text: number }[];
}) {
  const n = solutions.length;
  const pairs = solutions.flatMap((a, i) =>
    solutions.flatMap((b, j) => (i < j && a.text === b.text ? [values[i * n + j] ?? 1] : [])),
  );
  return pairs.length > 0 && pairs.every(distance => distance < 1e-6);
}
