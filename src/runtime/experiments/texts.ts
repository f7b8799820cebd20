import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { uniformSource } from '../training/random.ts';

/** A text of an experiment. */
export interface SourceText {
  readonly title: string;
  readonly text: string;
}

/** Texts, and where they are from: a name for people, and a hash by which they can be told from others. */
export interface Source {
  readonly name: string;
  readonly sha256: string;
  readonly texts: readonly SourceText[];
}

function sourceOf(name: string, texts: readonly SourceText[]): Source {
  const hash = createHash('sha256');
  for (const { text } of texts) hash.update(JSON.stringify(text));
  return { name, sha256: hash.digest('hex'), texts };
}

const endings = new Set(['.txt', '.md']);

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(error => {
    throw new UserError(`${path} cannot be read (${messageOf(error)}); name a file or a folder of texts.`);
  });
  if (found.isFile()) return [path];
  const inside = await readdir(path, { recursive: true });
  const files = inside.filter(name => endings.has(extname(name))).sort();
  if (!files.length) throw new UserError(`${path} holds no .txt or .md files; name a folder that does.`);
  return files.map(name => join(path, name));
}

async function read(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    throw new UserError(`${path} cannot be read as text in UTF-8 (${messageOf(error)}); convert it first.`);
  }
}

/**
 * The second half of a text by its sentences, as the papers cut theirs: what stands there seldom explains itself, and the
 * model may still know the first half by heart.
 */
export function secondHalf(text: string): string {
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)];
  return sentences
    .slice(Math.floor(sentences.length / 2))
    .map(({ segment }) => segment)
    .join('');
}

/** How a file becomes a text. */
export const cuts = ['whole', 'second-half'] as const;
export type Cut = (typeof cuts)[number];

/** The texts of files, and of the .txt and .md files of folders. @throws UserError when one cannot be read. */
export async function textsOfFiles(paths: readonly string[], cut: Cut): Promise<Source> {
  const texts: SourceText[] = [];
  for (const path of paths)
    for (const file of await filesOf(path)) {
      const text = await read(file);
      texts.push({ title: basename(file), text: cut === 'whole' ? text : secondHalf(text) });
    }
  return sourceOf(paths.map(path => basename(path)).join(', '), texts);
}

/** The held-out passages of the benches: a JSON file of lists of texts by split and kind. */
export async function passagesOf(path: string): Promise<Source> {
  const parsed: { judge?: { prose?: string[] } } = JSON.parse(await read(path));
  const texts = (parsed.judge?.prose ?? []).map((text, i) => ({ title: `passage ${i + 1}`, text }));
  return sourceOf('held-out prose', texts);
}

/**
 * Texts of words drawn uniformly from a list, joined by spaces, as the papers' random texts are.
 *
 * @param path a list with a word at the beginning of each line, such as one of GloVe's files
 * @param count texts, each of so many words
 * @throws UserError when the list cannot be read or is empty.
 */
export async function randomTexts(path: string, count: number, words: number, seed: number): Promise<Source> {
  const lines = (await read(path)).split('\n');
  const list = lines.map(line => line.trim().split(/\s/, 1)[0] ?? '').filter(word => word !== '');
  if (!list.length) throw new UserError(`${path} holds no words; name a file with a word on each line.`);
  const texts = Array.from({ length: count }, (_, text) => {
    const uniform = uniformSource([seed, text], 'words');
    const drawn = Array.from({ length: words }, () => list[Math.floor(uniform() * list.length)] ?? '');
    return { title: `random ${text + 1}`, text: drawn.join(' ') };
  });
  return sourceOf(`random words of ${basename(path)}, seed ${seed}`, texts);
}

/** How many random texts there are, and how many words each has: more than any prefix needs. */
const [randomCount, randomWords] = [256, 1500];

/** Where the texts of an experiment come from. */
export interface SourceRequest {
  /** Files and folders; none for the held-out passages. */
  readonly paths: readonly string[];
  readonly cut: Cut;
  /** List of words that random texts are made of; null when they are not. */
  readonly words: string | null;
}

/** @param passages path of the held-out passages. @throws UserError when something cannot be read. */
export function textsFrom({ paths, cut, words }: SourceRequest, passages: string): Promise<Source> {
  if (words !== null) return randomTexts(words, randomCount, randomWords, 0);
  return paths.length ? textsOfFiles(paths, cut) : passagesOf(passages);
}
