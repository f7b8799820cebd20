import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { inRepository } from '../support/paths.ts';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: inRepository('.'),
  encoding: 'utf8',
})
  .split('\n')
  .filter(page => page && existsSync(inRepository(page)));

const read = (page: string): string => readFileSync(inRepository(page), 'utf8');

/** The anchors of a page's headings, as GitHub and VS Code make them. */
function anchorsOf(page: string): Set<string> {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map(heading =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links and pictures of a page that lead to another place of the repository, or of the page. */
function linksOf(page: string): string[] {
  const found = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return found.filter(target => !/^[a-z]+:/.test(target));
}

test('there are pages with links', () => {
  expect(pages).toContain('README.md');
  expect(pages).toContain('docs/glossary.md');
  expect(linksOf('README.md').length).toBeGreaterThan(10);
});

test.each(pages)('every link of %s leads somewhere', page => {
  const broken = linksOf(page).filter(link => {
    const [path = '', anchor] = link.split('#');
    const target = path ? normalize(join(dirname(page), path)) : page;
    if (!existsSync(inRepository(target))) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
  expect(broken).toEqual([]);
});
