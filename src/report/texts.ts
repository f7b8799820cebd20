/** A text as a file of a report. */
export interface TextFile {
  /** In the folder of the report. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Whether a text read from it is the same one, and has the same title. */
  readonly exact: boolean;
}

const folder = 'texts';
/** No system takes more than 255 bytes. */
const longestName = 80;

/** Files that hold texts, named by their titles as far as a file can be. */
export function textFiles(texts: readonly { readonly title: string; readonly text: string }[]): readonly TextFile[] {
  const taken = new Set<string>();
  return texts.map(({ title, text }) => {
    const safe = title.slice(0, longestName).replace(/[^\p{L}\p{N} ._-]+/gu, '-');
    const stem = safe.replace(/^[-. ]+|[-. ]+$/g, '') || 'text';
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}-${number}`;
    taken.add(name.toLowerCase());
    const bytes = Buffer.from(text);
    // Halves of characters are not to be had in UTF-8.
    return { file: `${folder}/${name}`, bytes, exact: name === title && bytes.toString() === text };
  });
}
