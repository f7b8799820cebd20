import { expect, test } from 'vitest';
import { escaped } from '../../../src/views/trees/markdown.ts';

test.each([
  ['The sea\nwas  calm', 'The sea was calm'],
  ['**bold** _it_ `code`', String.raw`\*\*bold\*\* \_it\_ \`code\``],
  ['[a](command:x) ![b](http://c)', String.raw`\[a\]\(command\:x\) \!\[b\]\(http\://c\)`],
  ['<script>&amp;', '&lt;script&gt;&amp;amp;'],
  ['$(error) 1. - # a|b', String.raw`\$\(error\) 1\. \- \# a\|b`],
])('%s is shown as it is', (text, markdown) => {
  expect(escaped(text)).toBe(markdown);
});
