import { z } from 'zod';
import { counted } from '../counted.ts';
import { messageOf, UserError } from '../errors.ts';
import type { Solution, SolutionCurve, SolvedText } from '../results/solutions.ts';
import { isArrangementName } from '../training/arrangement.ts';
import { tooLarge } from './bounded.ts';
import { solutionsBytes } from './curves.ts';
import { decodeVector, encodeVector } from './vectors.ts';

const formatName = 'proto-tokens solutions';
const formatVersion = 1;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** A vector [d] as base64 of its little-endian 32-bit numbers. */
const vector = z.base64();

/** As a segment may have. */
const longestText = 4096;
/** Of each list. What comes beyond is not looked into, so that a file is never larger in memory than these allow. */
export const mostOf = { texts: 5000, solutions: 20_000, curves: 5000 } as const;
/** The text of a larger one could not be held as one string with room to spare, nor be written again. */
const mostBytes = 256 * 2 ** 20;

const headSchema = z.object({ format: z.literal(formatName), version: count });
const contentSchema = z.object({
  model: z.object({ id: z.string(), revision: z.string().nullable(), fingerprint: z.string() }),
  arrangement: z.string().refine(isArrangementName),
  recipe: z.string(),
  hiddenSize: z.number().int().min(1).max(10_000_000),
  texts: z.array(z.object({ title: z.string(), text: z.string(), context: z.string().optional() })),
  solutions: z.array(
    z.object({
      text: count,
      seed: count,
      steps: count,
      correct: count,
      tokens: count.min(1).max(longestText),
      e: vector,
      m: vector,
    }),
  ),
  curves: z.array(z.object({ first: count, second: count, steps: count, e: vector, m: vector })),
});
type Content = z.output<typeof contentSchema>;

/** Solutions of one or several texts, all of one model and one arrangement: the contents of a NAME.solutions.json. */
export interface SolutionSet extends Omit<Content, 'texts' | 'solutions' | 'curves'> {
  readonly texts: readonly SolvedText[];
  readonly solutions: readonly Solution[];
  readonly curves: readonly SolutionCurve[];
}

interface Vectors {
  readonly e: Float32Array;
  readonly m: Float32Array;
}

function checkedVector(text: string, width: number, name: string): Float32Array {
  const values = decodeVector(text);
  if (values.buffer.byteLength !== width * 4) throw damaged(name, 'a vector is of another length');
  if (!values.every(Number.isFinite)) throw damaged(name, 'a vector is not finite');
  return values;
}

function damaged(name: string, problem: string): UserError {
  return new UserError(`${name} is damaged (${problem}); restore it from a copy or find the solutions again.`);
}

/** The bytes of a NAME.solutions.json: JSON that any program can read. */
export function writeSolutions({ texts, solutions, curves, ...rest }: SolutionSet): Uint8Array {
  const encoded = <T extends Vectors>(values: T) => ({
    ...values,
    e: encodeVector(values.e),
    m: encodeVector(values.m),
  });
  const content: z.input<typeof headSchema> & z.input<typeof contentSchema> = {
    format: formatName,
    version: formatVersion,
    ...rest,
    texts: [...texts],
    solutions: solutions.map(encoded),
    curves: curves.map(encoded),
  };
  return solutionsBytes(content);
}

/** Whether a file is meant to be one of solutions, from its first bytes. */
export function looksLikeSolutions(bytes: Uint8Array): boolean {
  return new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${formatName}"`).test(
    new TextDecoder().decode(bytes.subarray(0, 256)),
  );
}

/**
 * Reads the bytes of a NAME.solutions.json.
 *
 * @param name the file's name, for messages
 * @throws UserError when it is something else, of a newer format, or damaged.
 */
export function readSolutions(bytes: Uint8Array, name: string): SolutionSet {
  if (bytes.length > mostBytes) throw tooLarge(name, bytes.length, mostBytes);
  const content = parseContent(parseJson(bytes, name), name);
  checkPlaces(content, name);
  const decoded = <T extends { readonly e: string; readonly m: string }>(values: T) => ({
    ...values,
    e: checkedVector(values.e, content.hiddenSize, name),
    m: checkedVector(values.m, content.hiddenSize, name),
  });
  return { ...content, solutions: content.solutions.map(decoded), curves: content.curves.map(decoded) };
}

function checkPlaces({ texts, solutions, curves }: Content, name: string): void {
  for (const { text, correct, tokens } of solutions) {
    if (text >= texts.length) throw damaged(name, 'a solution is of a text that is not there');
    if (correct > tokens) throw damaged(name, 'more tokens are right than there are');
  }
  for (const { first, second } of curves) {
    const ends = [solutions[first], solutions[second]];
    if (!ends[0] || !ends[1] || first === second || ends[0].text !== ends[1].text)
      throw damaged(name, 'a curve has no two solutions of one text');
  }
}

function parseJson(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new UserError(
      `${name} is not a file of solutions (${messageOf(error).split('\n')[0]?.replace(/\.$/, '')}); choose a NAME.solutions.json.`,
    );
  }
}

function parseContent(json: unknown, name: string): Content {
  const head = headSchema.safeParse(json);
  if (!head.success) throw new UserError(`${name} is JSON but not a file of solutions; choose a NAME.solutions.json.`);
  const { version } = head.data;
  if (version > formatVersion)
    throw new UserError(
      `${name} is of format ${version} and this version reads format ${formatVersion}; update Proto-Tokens.`,
    );
  if (version !== formatVersion) throw damaged(name, 'its version makes no sense');
  checkCounts(json, name);
  const parsed = contentSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw damaged(name, `its ${parsed.error.issues[0]?.path.join('.')} makes no sense`);
}

/** Before anything is made for each of them. @throws UserError when a list is longer than this program makes. */
function checkCounts(json: unknown, name: string): void {
  const lists = z.record(z.string(), z.unknown()).parse(json);
  for (const [list, most] of Object.entries(mostOf)) {
    const found = lists[list];
    if (Array.isArray(found) && found.length > most)
      throw new UserError(
        `${name} has ${found.length.toLocaleString('en')} ${list} and at most ${most.toLocaleString('en')} are read; split it.`,
      );
  }
}

/**
 * Finds out before a search whether its file could be read again.
 *
 * @throws UserError when it would have too many solutions or bytes.
 */
export function checkSolutionsFit(texts: number, seeds: number, hiddenSize: number): void {
  if (texts > mostOf.texts)
    throw new UserError(
      `There are ${counted(texts, 'text')} and a file of solutions has at most ${mostOf.texts.toLocaleString('en')}; search them in several files.`,
    );
  const solutions = texts * seeds;
  // Two vectors in base64, and their numbers beside them.
  const bytes = solutions * (2 * 4 * Math.ceil((4 * hiddenSize) / 3) + 200);
  if (solutions <= mostOf.solutions && bytes <= mostBytes) return;
  const most = Math.min(mostOf.solutions, Math.floor((mostBytes * solutions) / bytes));
  throw new UserError(
    `${counted(solutions, 'solution')} would make a file that is not read again (of this model at most ${most.toLocaleString('en')} are); find fewer, or those of each text in a file of its own.`,
  );
}

/** Joins files into one set; equal texts of the same context become one. @throws UserError when they do not belong together. */
export function joinSolutions(sets: readonly (SolutionSet & { readonly name: string })[]): SolutionSet {
  const [first] = sets;
  if (!first) throw new UserError('There are no solutions; choose a NAME.solutions.json.');
  const texts: SolvedText[] = [];
  const solutions: Solution[] = [];
  const curves: SolutionCurve[] = [];
  for (const set of sets) {
    if (set.model.fingerprint !== first.model.fingerprint || set.hiddenSize !== first.hiddenSize)
      throw new UserError(`${set.name} was made with another model than ${first.name}; compare files of one model.`);
    if (set.arrangement !== first.arrangement)
      throw new UserError(`${set.name} has another arrangement than ${first.name}; compare files of one arrangement.`);
    const places = set.texts.map(text => {
      const known = texts.findIndex(other => other.text === text.text && other.context === text.context);
      return known < 0 ? texts.push(text) - 1 : known;
    });
    const before = solutions.length;
    for (const curve of set.curves)
      curves.push({ ...curve, first: before + curve.first, second: before + curve.second });
    for (const solution of set.solutions) solutions.push({ ...solution, text: places[solution.text] ?? 0 });
  }
  const recipe = [...new Set(sets.map(set => set.recipe))].join(' and ');
  const { model, arrangement, hiddenSize } = first;
  return { model, arrangement, recipe, hiddenSize, texts, solutions, curves };
}
