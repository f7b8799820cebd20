/** What a term means, as docs/glossary.md says. */
export interface Entry {
  readonly term: string;
  /** The first paragraph: what it is, its unit, what is good. Markdown of one line. */
  readonly summary: string;
  /** Further paragraphs. */
  readonly more: readonly string[];
  /** Words that are not used for it. */
  readonly avoid: readonly string[];
}

/** Terms and what they mean, in the order of the page. */
export class Glossary {
  private readonly byTerm: ReadonlyMap<string, Entry>;

  constructor(readonly entries: readonly Entry[]) {
    this.byTerm = new Map(entries.map(entry => [entry.term, entry]));
  }

  /** @throws Error when there is no such term. */
  entry(term: string): Entry {
    const found = this.byTerm.get(term);
    if (!found) throw new Error(`the glossary has no term "${term}"`);
    return found;
  }
}

const avoidLine = /^Avoid:\s*(.+?)\.?$/;

/**
 * Reads a glossary in Markdown: a level-2 heading for each term, then its paragraphs, the first of which sums it up, and
 * perhaps a last line "Avoid: word, word.".
 *
 * @throws Error when a term has no paragraph, or stands there twice.
 */
export function parseGlossary(markdown: string): Glossary {
  const [, ...sections] = markdown.replace(/\r\n/g, '\n').split(/^## +/m);
  const entries = sections.map(entryOf);
  const twice = entries.find(({ term }, i) => entries.findIndex(other => other.term === term) !== i);
  if (twice) throw new Error(`the glossary has the term "${twice.term}" twice`);
  return new Glossary(entries);
}

function entryOf(section: string): Entry {
  const end = section.indexOf('\n');
  const term = section.slice(0, end < 0 ? undefined : end).trim();
  const paragraphs = section
    .slice(end < 0 ? section.length : end)
    .split(/\n\s*\n/)
    .map(paragraph => paragraph.trim().replace(/\s*\n\s*/g, ' '))
    .filter(Boolean);
  const [, avoided] = avoidLine.exec(paragraphs.at(-1) ?? '') ?? [];
  const [summary, ...more] = avoided === undefined ? paragraphs : paragraphs.slice(0, -1);
  if (!summary) throw new Error(`the glossary says nothing about "${term}"`);
  return { term, summary, more, avoid: avoided?.split(/,\s*/) ?? [] };
}

/** A piece of a paragraph. */
export interface Run {
  readonly text: string;
  /** Set in a fixed-width font. */
  readonly code?: true;
  readonly emphasis?: true;
  /** Address that the piece leads to. */
  readonly link?: string;
}

/** The pieces of a paragraph of Markdown: plain words, `code`, *emphasis* and [links](address). Nothing else is known. */
export function runsOf(paragraph: string): readonly Run[] {
  const pattern = /`([^`]+)`|\*([^*]+)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;
  const runs: Run[] = [];
  let end = 0;
  for (const { index, 0: whole, 1: code, 2: emphasis, 3: label, 4: link } of paragraph.matchAll(pattern)) {
    if (index > end) runs.push({ text: paragraph.slice(end, index) });
    if (code !== undefined) runs.push({ text: code, code: true });
    else if (emphasis !== undefined) runs.push({ text: emphasis, emphasis: true });
    else if (label !== undefined && link !== undefined) runs.push({ text: label, link });
    end = index + whole.length;
  }
  if (end < paragraph.length) runs.push({ text: paragraph.slice(end) });
  return runs;
}

/** The place of a term on the page, as GitHub and VS Code name headings: "Right, barely" -> "right-barely". */
export function anchorOf(term: string): string {
  return term
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
