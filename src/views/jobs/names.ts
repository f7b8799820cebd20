import { posix } from 'node:path';

/** So that there is room beside it in a side bar for what tells jobs of one text apart. */
const mostLetters = 24;

/** The first words of a text on one line, as a name for it; whole words where they are not too long. */
export function firstWords(text: string, most = mostLetters): string {
  // A few letters more than are shown: a text may be a whole book.
  const line = text
    .slice(0, 8 * most)
    .replace(/\s+/gu, ' ')
    .trim();
  const letters = [...line];
  if (letters.length <= most && line.length < 8 * most) return line;
  const cut = letters.slice(0, most).join('');
  const end = letters[most] === ' ' ? cut.length : cut.lastIndexOf(' ');
  return `${(end > most / 2 ? cut.slice(0, end) : cut).trimEnd()} …`;
}

/** A name as a person wrote it; null where nothing was written: the first words of the text are the name then. */
export function chosenName(written: string): string | null {
  return written.replace(/\s+/gu, ' ').trim() || null;
}

/** The title of a text whose document was moved: "Untitled-1:3", now in notes.md -> "notes.md:3". */
export function renamedTitle(title: string, from: string, to: string): string {
  const [before, now] = [posix.basename(from), posix.basename(to)];
  const isAfterIt = title === before || title.startsWith(`${before}:`);
  return isAfterIt ? `${now}${title.slice(before.length)}` : title;
}
