import type { Candidate } from '../training/evaluator.ts';
import type { Kind, Oracle, Running } from './item.ts';

/** An item of a plan, and how it stands: waiting, running, or over. */
export type Entry<Data, R, Outcome> =
  | { readonly state: 'waiting'; readonly data: Data }
  | { readonly state: 'running'; readonly data: Data; readonly running: R }
  | { readonly state: 'over'; readonly data: Data; readonly outcome: Outcome };

/** What one round has done. */
export interface Round<Data, R, Outcome> {
  /** Items that took part, whatever has become of them. */
  readonly active: readonly { readonly data: Data; readonly running: R }[];
  /** What came of those that are over since. */
  readonly ended: readonly Outcome[];
  /** That the evaluations took. */
  readonly seconds: number;
}

/**
 * Advances the items of a plan, as many side by side as are worth to be evaluated together, in their order. In a round
 * every one of them gets one answer; one that is over makes room for the next, and its successors take its turn.
 */
export class Scheduler<Data, State, R extends Running<State>, Outcome> {
  private list: Entry<Data, R, Outcome>[];
  /** Entries at the beginning of the list that are known to be over: a plan may have a hundred thousand. */
  private behind = 0;

  /**
   * @param entries in the order in which they are to begin
   * @param evaluations that were spent on them before
   */
  constructor(
    private readonly kind: Kind<Data, State, R, Outcome>,
    entries: readonly Entry<Data, R, Outcome>[],
    private readonly oracle: Oracle,
    private spent = 0,
  ) {
    this.list = [...entries];
  }

  /** All items in the order of the plan; one that was replaced by others and left nothing behind is not among them. */
  get entries(): readonly Entry<Data, R, Outcome>[] {
    return this.list;
  }

  get finished(): boolean {
    while (this.list[this.behind]?.state === 'over') this.behind++;
    return this.behind === this.list.length;
  }

  /** Gradient evaluations so far, of all items together. */
  get evaluations(): number {
    return this.spent;
  }

  /**
   * One answer for everything that is active. Nothing has been told of evaluations when it throws.
   *
   * @throws as the evaluator does, and what items do themselves.
   */
  async round(): Promise<Round<Data, R, Outcome>> {
    const active = this.activate();
    const start = performance.now();
    const wishes = active.map(({ running }) => running.next());
    const gradients = wishes.filter(wish => wish.kind === 'gradient');
    const looks = wishes.filter(wish => wish.kind === 'look');
    for (const wish of wishes) if (wish.kind === 'own') await wish.work();
    const evaluated = await this.ask(gradients, candidates => this.oracle.evaluate(candidates));
    const seen = await this.ask(looks, candidates => this.oracle.look(candidates));
    const seconds = (performance.now() - start) / 1000;
    for (const [i, { tell, candidates }] of gradients.entries()) {
      tell(evaluated.answers[i] ?? [], evaluated.seconds);
      this.spent += candidates.length;
    }
    for (const [i, { tell }] of looks.entries()) tell(seen.answers[i] ?? [], seen.seconds);
    const ended = active.filter(({ running }) => running.finished).flatMap(item => this.end(item));
    return { active, ended, seconds };
  }

  /** Puts what came of an item in its place, and its successors behind that. */
  private end({ data, running }: { readonly data: Data; readonly running: R }): Outcome[] {
    const { outcome, successors } = this.kind.end(data, running);
    const over: Entry<Data, R, Outcome>[] = outcome === undefined ? [] : [{ state: 'over', data, outcome }];
    const instead = [...over, ...successors.map(successor => ({ state: 'waiting' as const, data: successor }))];
    for (let i = this.behind; i < this.list.length; i++) {
      const entry = this.list[i];
      if (entry?.state !== 'running' || entry.running !== running) continue;
      this.list.splice(i, 1, ...instead);
      break;
    }
    return outcome === undefined ? [] : [outcome];
  }

  /** The first items that are not over, as many as there is room for; those whose turn it is for the first time begin. */
  private activate(): { readonly data: Data; readonly running: R }[] {
    let room = this.oracle.positionsAtOnce;
    const active: { data: Data; running: R }[] = [];
    for (let i = this.behind; i < this.list.length; i++) {
      const entry = this.list[i];
      if (!entry || entry.state === 'over') continue;
      const { data } = entry;
      const size = this.kind.size(data);
      if (active.length && size > room) break;
      room -= size;
      const running = entry.state === 'running' ? entry.running : this.kind.begin(data, undefined);
      this.list[i] = { state: 'running', data, running };
      active.push({ data, running });
    }
    return active;
  }

  /** The answers to each wish, and its share of the seconds. */
  private async ask<Answer>(
    wishes: readonly { readonly candidates: readonly Candidate[] }[],
    evaluate: (candidates: readonly Candidate[]) => Promise<readonly Answer[]>,
  ): Promise<{ readonly answers: readonly (readonly Answer[])[]; readonly seconds: number }> {
    if (!wishes.length) return { answers: [], seconds: 0 };
    const start = performance.now();
    const all = await evaluate(wishes.flatMap(({ candidates }) => candidates));
    const seconds = (performance.now() - start) / 1000 / wishes.length;
    let from = 0;
    const answers = wishes.map(({ candidates: { length } }) => {
      from += length;
      return all.slice(from - length, from);
    });
    return { answers, seconds };
  }
}
