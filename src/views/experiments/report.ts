import glossary from '../../../docs/glossary.md';
import { parseGlossary } from '../../glossary/glossary.ts';
import { experimentReport } from '../../report/experiment-report.ts';
import { reportFiles } from '../../report/files.ts';
import type { ExperimentRequest } from '../../runtime/experiments/folder.ts';
import { writeInside } from '../../runtime/files/inside.ts';
import type { ExperimentReport } from '../../runtime/results/experiments.ts';

/** Writes the pages, figures and tables of an experiment into its folder. @throws UserError when that is not possible. */
export async function writeExperimentReport(
  out: string,
  request: ExperimentRequest,
  report: ExperimentReport,
  demoModel: string,
): Promise<void> {
  const { folder } = request.model;
  const page = experimentReport({ request, report, out, modelPath: folder === demoModel ? undefined : folder });
  for (const { file, bytes } of reportFiles(page, parseGlossary(glossary))) await writeInside(out, file, bytes);
}
