import { anchorOf, type Glossary, type Run, runsOf } from '../glossary/glossary.ts';
import { type Block, type Inline, type Line, piecesOf, type Report, termsOf } from './document.ts';

const escaped = (text: string): string => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const idOf = (term: string): string => `term-${anchorOf(term)}`;

function inline(piece: Inline): string {
  if (typeof piece === 'string') return escaped(piece);
  if ('code' in piece) return `<code>${escaped(piece.code)}</code>`;
  if ('link' in piece) return `<a href="${escaped(piece.link)}">${escaped(piece.label)}</a>`;
  return `<a class="term" href="#${idOf(piece.term)}">${escaped(piece.label ?? piece.term)}</a>`;
}

const lineOf = (line: Line): string => piecesOf(line).map(inline).join('');

function blockOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'paragraph':
      return `<p>${lineOf(block.line)}</p>`;
    case 'facts':
      return `<dl>${block.facts.map(([name, value]) => `<div><dt>${lineOf(name)}</dt><dd>${lineOf(value)}</dd></div>`).join('\n')}</dl>`;
    case 'table': {
      const kind = block.columns.map(({ number }) => (number ? ' class="number"' : ''));
      const head = block.columns.map(({ name }, i) => `<th scope="col"${kind[i]}>${lineOf(name)}</th>`).join('');
      const rows = block.rows.map(
        row => `<tr>${row.map((cell, i) => `<td${kind[i]}>${lineOf(cell)}</td>`).join('')}</tr>`,
      );
      return `<div class="scroll" tabindex="0"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
    }
    case 'list':
      return `<ul>${block.lines.map(line => `<li>${lineOf(line)}</li>`).join('\n')}</ul>`;
    case 'code':
      return `<pre tabindex="0"><code>${escaped(block.text)}</code></pre>`;
    case 'picture': {
      // As an image of its own: its names and its style stay within it.
      const data = Buffer.from(block.picture.svg).toString('base64');
      return `<figure tabindex="0"><img src="data:image/svg+xml;base64,${data}" alt="${escaped(block.picture.description)}" /></figure>`;
    }
  }
}

function runOf({ text, code, emphasis, link }: Run): string {
  if (code) return `<code>${escaped(text)}</code>`;
  if (emphasis) return `<em>${escaped(text)}</em>`;
  return link ? `<a href="${escaped(link)}">${escaped(text)}</a>` : escaped(text);
}

const style = `
:root { color-scheme: light dark; --page: #ffffff; --ink: #222222; --muted: #595959; --line: #d0d0d0; --link: #005a9e; --code: #f4f4f4; }
@media (prefers-color-scheme: dark) { :root { --page: #1e1e1e; --ink: #e0e0e0; --muted: #a8a8a8; --line: #444444; --link: #6cb8ff; --code: #2a2a2a; } }
body { background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; margin: 0 auto; max-width: 960px; padding: 24px 20px 64px; }
h1 { font-size: 1.7em; margin: 0 0 16px; overflow-wrap: anywhere; }
h2 { border-bottom: 1px solid var(--line); font-size: 1.25em; margin: 40px 0 12px; padding-bottom: 4px; }
a { color: var(--link); }
a.term { color: inherit; text-decoration: underline dotted; text-underline-offset: 3px; }
dl { display: grid; gap: 4px 32px; grid-template-columns: repeat(auto-fill, minmax(min(400px, 100%), 1fr)); margin: 0; }
dl div { border-bottom: 1px solid var(--line); display: flex; gap: 16px; justify-content: space-between; padding: 4px 0; }
dt { color: var(--muted); flex: none; }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; text-align: end; }
dl.terms, dl.terms div { display: block; }
dl.terms div { border: 0; padding: 6px 0; }
dl.terms dt { color: var(--ink); font-weight: 600; }
dl.terms dd { text-align: start; }
dl.terms div:target { background: var(--code); outline: 8px solid var(--code); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 4px 12px 4px 0; text-align: start; vertical-align: top; }
th { color: var(--muted); font-weight: normal; }
th.number, td.number { text-align: end; white-space: nowrap; }
.scroll { overflow-x: auto; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
pre { background: var(--code); overflow-x: auto; padding: 10px 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 16px 0; overflow-x: auto; }
img { display: block; height: auto; max-width: max(100%, 560px); }
`;

/** A report as one HTML file: pictures within it, no scripts, nothing from anywhere else. */
export function htmlOf(report: Report, glossary: Glossary): string {
  const terms = termsOf(report)
    .map(name => glossary.entry(name))
    .map(
      ({ term, summary }) =>
        `<div id="${idOf(term)}"><dt>${escaped(term)}</dt><dd>${runsOf(summary).map(runOf).join('')}</dd></div>`,
    );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
<title>${escaped(report.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(report.title)}</h1>
${report.blocks.map(blockOf).join('\n')}
${terms.length ? `<h2>Terms</h2>\n<dl class="terms">\n${terms.join('\n')}\n</dl>` : ''}
</main>
</body>
</html>
`;
}
