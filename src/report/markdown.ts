import { anchorOf, type Glossary } from '../glossary/glossary.ts';
import { type Block, type Inline, type Line, piecesOf, type Report, termsOf } from './document.ts';

/** Words as Markdown that says exactly them. */
const escaped = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>#|~$&]/g, sign => `\\${sign}`).replace(/\s+/g, ' ');

/** Code on one line between as many backticks as it needs. In a table a bar would end the cell. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const room = longest ? ' ' : '';
  return `${fence}${room}${text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('|', '\\|')}${room}${fence}`;
}

function inline(piece: Inline): string {
  if (typeof piece === 'string') return escaped(piece);
  if ('code' in piece) return code(piece.code);
  if ('link' in piece) return `[${escaped(piece.label)}](${piece.link})`;
  return `[${escaped(piece.label ?? piece.term)}](#${anchorOf(piece.term)})`;
}

const lineOf = (line: Line): string => piecesOf(line).map(inline).join('');

function tableOf(head: readonly string[], rules: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, rules, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${escaped(block.text)}`;
    case 'paragraph':
      return lineOf(block.line);
    case 'facts':
      return tableOf(
        ['', ''],
        ['---', '---'],
        block.facts.map(fact => fact.map(lineOf)),
      );
    case 'table':
      return tableOf(
        block.columns.map(({ name }) => lineOf(name)),
        block.columns.map(({ number }) => (number ? '---:' : '---')),
        block.rows.map(row => row.map(lineOf)),
      );
    case 'list':
      return block.lines.map(line => `- ${lineOf(line)}`).join('\n');
    case 'code': {
      const longest = Math.max(2, ...(block.text.match(/`+/g) ?? []).map(({ length }) => length));
      const fence = '`'.repeat(longest + 1);
      return `${fence}${block.language}\n${block.text}\n${fence}`;
    }
    case 'picture':
      return `![${escaped(block.picture.description)}](${encodeURI(block.picture.file)})`;
  }
}

/** A report as Markdown; its pictures and attachments lie beside it. */
export function markdownOf(report: Report, glossary: Glossary): string {
  const terms = termsOf(report).map(name => glossary.entry(name));
  return `${[
    `# ${escaped(report.title)}`,
    ...report.blocks.map(blockOf),
    ...(terms.length ? ['## Terms'] : []),
    // What the glossary says is Markdown already.
    ...terms.flatMap(({ term, summary }) => [`### ${escaped(term)}`, summary]),
  ].join('\n\n')}\n`;
}
