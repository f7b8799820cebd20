/** What a report is made of, before it is Markdown or HTML. Plain data. */

/** A piece of a line. */
export type Inline =
  | string
  | { readonly code: string }
  /** A word that the glossary explains: it leads to what that says, at the end of the report. */
  | { readonly term: string; readonly label?: string }
  | { readonly link: string; readonly label: string };

export type Line = Inline | readonly Inline[];

export interface Column {
  readonly name: Line;
  /** Its values stand at the right. */
  readonly number?: true;
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly line: Line }
  | { readonly kind: 'list'; readonly lines: readonly Line[] }
  /** Names and what they are. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: Line, value: Line])[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly Line[])[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'picture'; readonly picture: Picture };

export interface Picture {
  /** Of its file beside the Markdown, without folder. */
  readonly file: string;
  readonly svg: string;
  /** The picture in words. */
  readonly description: string;
}

export interface Report {
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Files that belong to the report beside its pages and pictures: what its command lines read. */
  readonly attachments: readonly { readonly file: string; readonly bytes: Uint8Array }[];
}

export const heading = (text: string): Block => ({ kind: 'heading', text });
export const paragraph = (...line: readonly Inline[]): Block => ({ kind: 'paragraph', line });
export const term = (name: string, label?: string): Inline =>
  label === undefined ? { term: name } : { term: name, label };

const isPieces = (line: Line): line is readonly Inline[] => Array.isArray(line);
export const piecesOf = (line: Line): readonly Inline[] => (isPieces(line) ? line : [line]);

/** Every line of a block. */
function linesOf(block: Block): readonly Line[] {
  switch (block.kind) {
    case 'paragraph':
      return [block.line];
    case 'list':
      return block.lines;
    case 'facts':
      return block.facts.flat();
    case 'table':
      return [...block.columns.map(({ name }) => name), ...block.rows.flat()];
    default:
      return [];
  }
}

/** The terms that a report uses, each once, in the order of the alphabet. */
export function termsOf({ blocks }: Report): readonly string[] {
  const used = blocks.flatMap(block =>
    linesOf(block).flatMap(line =>
      piecesOf(line).flatMap(piece => (typeof piece === 'object' && 'term' in piece ? [piece.term] : [])),
    ),
  );
  return [...new Set(used)].sort((a, b) => a.localeCompare(b, 'en'));
}
