/** A file by the name that messages use. */
export interface NamedFile {
  readonly name: string;
  readonly file: Uint8Array;
}
