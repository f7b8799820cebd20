import { basename } from 'node:path';

/** A model of the hub by name, at a revision: a branch, a tag or a commit. Without one the branch "main" is meant. */
export interface ModelReference {
  /** "organisation/name", or a name alone for a few old ones. */
  readonly name: string;
  readonly revision: string | undefined;
}

const part = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}';
const form = new RegExp(`^(${part}(?:/${part})?)(?:@([A-Za-z0-9_][A-Za-z0-9_./-]*))?$`);

/** Reads "organisation/name" or "organisation/name@revision"; undefined for what cannot be a name on the hub. */
export function parseReference(text: string): ModelReference | undefined {
  const [, name, revision] = form.exec(text.trim()) ?? [];
  if (name === undefined || name.includes('--') || name.includes('..') || revision?.includes('..')) return undefined;
  return { name, revision };
}

/** "organisation/name@revision", as `parseReference` reads it. */
export function referenceText({ name, revision }: ModelReference): string {
  return revision === undefined ? name : `${name}@${revision}`;
}

/** Whether a person has given the whole name of a model, or its last part in any case ("pythia-160m"). */
export function isMeant(given: string, name: string): boolean {
  return given === name || (!given.includes('/') && given.toLowerCase() === basename(name).toLowerCase());
}

/** A commit, by which a revision is pinned. */
export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);
