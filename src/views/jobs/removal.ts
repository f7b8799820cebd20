/** Something that was taken out of the list of jobs; everything of it is kept until that is settled. */
export interface Removal {
  readonly name: string;
  /** Puts it back where it was. */
  undo(): Promise<void>;
  /** Deletes all that is kept of it. */
  settle(): Promise<void>;
}
