import type { Glossary } from '../glossary/glossary.ts';
import type { Report } from './document.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';

/** A file of a report, by its name within the report's folder; folders in it are parted by a slash. */
export interface ReportFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export const pages = { markdown: 'report.md', html: 'report.html' } as const;

/** All files of a report: what the pages show first, the pages last, so that a page never shows what is not there. */
export function reportFiles(report: Report, glossary: Glossary): readonly ReportFile[] {
  const pictures = report.blocks.flatMap(block =>
    block.kind === 'picture' ? [{ file: block.picture.file, bytes: Buffer.from(block.picture.svg) }] : [],
  );
  return [
    ...report.attachments,
    ...pictures,
    { file: pages.markdown, bytes: Buffer.from(markdownOf(report, glossary)) },
    { file: pages.html, bytes: Buffer.from(htmlOf(report, glossary)) },
  ];
}
