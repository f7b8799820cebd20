/** How far a piece of work has come. */
export interface ShareDone {
  /** 0 to 1 */
  readonly share: number;
}
