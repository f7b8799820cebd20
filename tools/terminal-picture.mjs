// Draws what `npm run demo` shows in a terminal, for the README: node tools/terminal-picture.mjs
// Needs util-linux's `script`, which gives the command a terminal to write to.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const command = 'npm run demo';
const root = fileURLToPath(new URL('..', import.meta.url));
const picture = fileURLToPath(new URL('../media/readme/terminal.svg', import.meta.url));
const columns = 104;
const lineHeight = 19;
const bar = /^[█░]/;

/**
 * What a line that is written over and over showed about the middle of it, and at its end.
 * @param {string} line
 */
function moments(line) {
  const shown = line.split('\r').filter(text => text.trim());
  const bars = shown.filter(text => bar.test(text));
  return bars.length ? [bars[Math.floor(bars.length / 2)] ?? '', bars.at(-1) ?? ''] : [shown.at(-1) ?? ''];
}

/**
 * A line in pieces no longer than the terminal is wide, indented like its beginning.
 * @param {string} line
 */
function wrapped(line) {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const pieces = [''];
  for (const word of line.trim().split(' ')) {
    const last = pieces.at(-1);
    if (last && indent.length + last.length + word.length >= columns) pieces.push(word);
    else pieces[pieces.length - 1] = last ? `${last} ${word}` : word;
  }
  return line.length <= columns ? [line] : pieces.map(piece => indent + piece);
}

const cursorCodes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');

/** @param {string} text */
const escaped = text => text.replace(/[&<>]/g, sign => `&#${sign.charCodeAt(0)};`);

const { stdout, status } = spawnSync('script', ['-qec', `stty cols ${columns}; npm run -s demo`, '/dev/null'], {
  cwd: root,
  encoding: 'utf8',
});
if (status) throw new Error(`${command} failed: ${stdout}`);
const plain = stdout.replaceAll('\r\n', '\n').replace(cursorCodes, code => (/[GK]$/.test(code) ? '\r' : ''));
const lines = plain.trim().split('\n').flatMap(moments).flatMap(wrapped);
const height = 66 + lineHeight * (lines.length + 1);
const rows = lines.map((line, i) => {
  const kind = bar.test(line) ? ' class="bar"' : '';
  return line.trim() && `<text${kind} x="18" y="${67 + lineHeight * i}" xml:space="preserve">${escaped(line)}</text>`;
});
writeFileSync(
  picture,
  `<svg xmlns="http://www.w3.org/2000/svg" width="890" height="${height}" viewBox="0 0 890 ${height}" role="img" aria-label="The terminal after ${command}">
<style>text{font:13.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d4d4d4;white-space:pre}.prompt{fill:#f0b429}.bar{fill:#5bb5e8}</style>
<rect width="890" height="${height}" rx="10" fill="#1e1e1e"/><circle cx="20" cy="18" r="6" fill="#5a5a5a"/><circle cx="40" cy="18" r="6" fill="#5a5a5a"/><circle cx="60" cy="18" r="6" fill="#5a5a5a"/>
<text class="prompt" x="18" y="48" xml:space="preserve">$ ${command}</text>
${rows.filter(Boolean).join('\n')}
</svg>
`,
);
