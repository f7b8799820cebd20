import glossary from '../../docs/glossary.md';
import { type Entry, parseGlossary } from '../../src/glossary/glossary.ts';
import type { Term } from './used-terms.ts';

const parsed = parseGlossary(glossary);

/** All terms, in the order of the page. */
export const { entries } = parsed;

/** What the glossary says about a term. */
export const entryOf = (term: Term): Entry => parsed.entry(term);
