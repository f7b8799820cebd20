import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { writeAtomically } from '../files/atomic.ts';
import type { ReportTable } from '../results/experiments.ts';
import { experimentOf } from './index.ts';
import { cuts } from './texts.ts';

const formatName = 'proto-tokens experiment';

/** What an experiment was asked for: enough to go on with it, to report it, and to repeat it. */
const requestSchema = z.object({
  format: z.literal(formatName),
  version: z.literal(1),
  experiment: z.string(),
  preset: z.enum(['quick', 'paper']),
  /** Those that were given in place of the preset's. */
  settings: z.record(z.string(), z.unknown()),
  model: z.object({ folder: z.string(), id: z.string(), fingerprint: z.string() }),
  device: z.string(),
  source: z.object({
    name: z.string(),
    sha256: z.string(),
    texts: z.number().int(),
    /** Files and folders; none for the held-out passages. */
    paths: z.array(z.string()),
    cut: z.enum(cuts),
    /** List of words that random texts are made of; null when they are not. */
    words: z.string().nullable(),
  }),
  /** Of this program. */
  software: z.string(),
});
export type ExperimentRequest = Omit<z.output<typeof requestSchema>, 'format' | 'version'>;

const requestFile = (folder: string): string => join(folder, 'experiment.json');
/** The lines of JSON, one for each cell. */
export const recordsFile = (folder: string): string => join(folder, 'cells.jsonl');
export const reportFile = (folder: string): string => join(folder, 'report.md');

/** What stands in the folder of an experiment; undefined when there is none. @throws UserError when it is something else. */
export async function readRequest(folder: string): Promise<ExperimentRequest | undefined> {
  const text = await readFile(requestFile(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { format, version, ...request } = requestSchema.parse(JSON.parse(text));
    return request;
  } catch {
    throw new UserError(`${requestFile(folder)} is not of an experiment of this version; choose another folder.`);
  }
}

/**
 * Notes in a folder what is asked for there.
 *
 * @throws UserError when another experiment or another model was asked for there: its cells would lie among these.
 */
export async function writeRequest(folder: string, request: ExperimentRequest): Promise<void> {
  const earlier = await readRequest(folder);
  if (earlier && earlier.experiment !== request.experiment)
    throw new UserError(`${folder} holds the experiment ${earlier.experiment}; choose another folder.`);
  if (earlier && earlier.model.fingerprint !== request.model.fingerprint)
    throw new UserError(`${folder} holds an experiment on the model ${earlier.model.id}; choose another folder.`);
  const document = { format: formatName, version: 1, ...request };
  await writeAtomically(requestFile(folder), Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`));
}

function markdownTable({ title, header, rows }: ReportTable): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [`## ${title}`, '', line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The tables of an experiment, what they are of, and how to repeat them, as Markdown. */
export function reportOf(request: ExperimentRequest, tables: readonly ReportTable[], command: string): string {
  const { summary, paper } = experimentOf(request.experiment);
  const { model, source, device, preset, settings, software } = request;
  return `${[
    `# ${request.experiment}: ${summary}`,
    `${paper} of *Exploring the Latent Capacity of LLMs for One-Step Text Generation* (arXiv 2505.21189), on other texts and, unless it says otherwise, another model; compare shapes rather than numbers.`,
    ...tables.map(markdownTable),
    '## How it was made',
    [
      `- Model: ${model.id} (fingerprint ${model.fingerprint})`,
      `- Texts: ${source.name} (${source.texts}, sha256 ${source.sha256})`,
      `- Preset ${preset}, with ${Object.keys(settings).length ? JSON.stringify(settings) : 'its own settings'}`,
      `- Device ${device}, Proto-Tokens ${software}`,
    ].join('\n'),
    `\`\`\`sh\n${command}\n\`\`\``,
  ].join('\n\n')}\n`;
}
