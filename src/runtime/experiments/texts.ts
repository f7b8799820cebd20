import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { counted } from '../counted.ts';
import { messageOf, UserError } from '../errors.ts';
import { lineOf, openRegular, readBounded } from '../files/bounded.ts';
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

/** Of a text: no model has positions for a thousandth of it. */
const mostBytes = 64 * 2 ** 20;
/** Of all texts, which lie in memory. */
const mostBytesOfAll = 2 ** 30;
/** Of a line of a list of words: GloVe's have a word and 300 numbers. */
const longestLine = 2 ** 20;

const endings = new Set(['.txt', '.md']);

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(error => {
    throw new UserError(`${path} cannot be read (${messageOf(error)}); name a file or a folder of texts.`);
  });
  if (!found.isDirectory()) return [path];
  // With their types: by names alone, links to folders are followed, also round and round.
  const inside = await readdir(path, { recursive: true, withFileTypes: true });
  const files = inside
    .filter(entry => endings.has(extname(entry.name)) && !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  if (!files.length) throw new UserError(`${path} holds no .txt or .md files; name a folder that does.`);
  return files;
}

async function read(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readBounded(path, mostBytes));
  } catch (error) {
    if (error instanceof UserError) throw error;
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
  let letters = 0;
  for (const path of paths)
    for (const file of await filesOf(path)) {
      const text = await read(file);
      letters += text.length;
      if (letters > mostBytesOfAll)
        throw new UserError(`${path} holds more text than an experiment can read; name fewer files.`);
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

/** Words of a list that are used, as in the paper: the most frequent of GloVe's, whose files begin with them. */
const mostWords = 100_000;

/** The first word of each line of a file, of the first lines alone: GloVe's files have gigabytes. */
async function wordsOf(path: string, most: number): Promise<string[]> {
  const words: string[] = [];
  const take = (lines: readonly string[]): void => {
    for (const line of lines) {
      const word = line.trim().split(/\s/, 1)[0] ?? '';
      if (word && words.length < most) words.push(word);
    }
  };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    const { handle } = await openRegular(path);
    // The stream closes the file at its end.
    for await (const piece of handle.createReadStream()) {
      const lines = `${rest}${decoder.decode(piece, { stream: true })}`.split(/[\r\n]+/);
      rest = lines.pop() ?? '';
      take(lines);
      if (words.length === most) break;
      if (rest.length > longestLine) throw new Error('it has no lines');
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path} cannot be read (${lineOf(error)}); name a file with a word on each line.`);
  }
  take([rest]);
  if (!words.length) throw new UserError(`${path} holds no words; name a file with a word on each line.`);
  return words;
}

/** What stands for the list of words that is included. */
export const includedWords = 'english';

/**
 * Texts of words drawn uniformly from a list, joined by spaces, as the papers' random texts are.
 *
 * @param path a list with a word at the beginning of each line, such as one of GloVe's files
 * @param count texts, each of so many words
 * @param most words of the list that are used, from its beginning
 * @throws UserError when the list cannot be read or is empty.
 */
export async function randomTexts(
  path: string,
  count: number,
  words: number,
  seed: number,
  most = mostWords,
): Promise<Source> {
  const list = await wordsOf(path, most);
  const texts = Array.from({ length: count }, (_, text) => {
    const uniform = uniformSource([seed, text], 'words');
    const drawn = Array.from({ length: words }, () => list[Math.floor(uniform() * list.length)] ?? '');
    return { title: `random ${text + 1}`, text: drawn.join(' ') };
  });
  return sourceOf(`random words of ${basename(path)} (${counted(list.length, 'word')}), seed ${seed}`, texts);
}

/** How many random texts there are, and how many words each has: more than any prefix needs. */
const [randomCount, randomWords] = [256, 1500];

/** Where the texts of an experiment come from. */
export interface SourceRequest {
  /** Files and folders; none for the held-out passages. */
  readonly paths: readonly string[];
  readonly cut: Cut;
  /** List of words that random texts are made of, or `english` for the one that is included; null when they are not. */
  readonly words: string | null;
  /** Of the random texts; 0 when it is left out. */
  readonly seed?: number | undefined;
}

/**
 * The texts that are asked for.
 *
 * @param passages path of the held-out passages, beside which the list of words lies
 * @throws UserError when something cannot be read.
 */
export function textsFrom({ paths, cut, words, seed = 0 }: SourceRequest, passages: string): Promise<Source> {
  if (words !== null) {
    const list = words === includedWords ? join(dirname(passages), 'words.txt') : words;
    return randomTexts(list, randomCount, randomWords, seed);
  }
  return paths.length ? textsOfFiles(paths, cut) : passagesOf(passages);
}
