import type { ActivityKind } from '../jobs/activities.ts';
import type { Standing } from '../protocol.ts';

/** Standings that a person thinks of as one. */
export const standingGroups = {
  going: ['queued', 'running', 'cancelling'],
  perfect: ['perfect'],
  imperfect: ['imperfect'],
  stopped: ['cancelled', 'interrupted'],
  failed: ['failed'],
} as const satisfies Record<string, readonly Standing[]>;

/** Kinds of jobs. */
export const kindGroups = {
  compressions: ['compression'],
  searches: ['solutions'],
  curves: ['connect'],
  experiments: ['experiment'],
  other: ['surface', 'probe', 'distances', 'model'],
} as const satisfies Record<string, readonly (ActivityKind | 'compression')[]>;

export type FilterGroup = keyof typeof standingGroups | keyof typeof kindGroups;
export const filterGroups: readonly FilterGroup[] = [
  ...(Object.keys(standingGroups) as (keyof typeof standingGroups)[]),
  ...(Object.keys(kindGroups) as (keyof typeof kindGroups)[]),
];

/** What a list of jobs shows of an entry. */
export interface Filtered {
  readonly standing: Standing;
  readonly kind: ActivityKind | 'compression';
}

/** Leaves out of a list what a person does not want to see. */
export class JobsFilter {
  private hidden: ReadonlySet<FilterGroup> = new Set();

  /** Whether anything is left out. */
  get isOn(): boolean {
    return this.hidden.size > 0;
  }

  shows(group: FilterGroup): boolean {
    return !this.hidden.has(group);
  }

  /** Shows these groups and no others. */
  choose(groups: readonly FilterGroup[]): void {
    this.hidden = new Set(filterGroups.filter(group => !groups.includes(group)));
  }

  matches({ standing, kind }: Filtered): boolean {
    return this.someOf(standingGroups, standing) && this.someOf(kindGroups, kind);
  }

  private someOf<Name extends FilterGroup>(groups: Readonly<Record<Name, readonly string[]>>, value: string): boolean {
    for (const group in groups) if (groups[group].includes(value)) return this.shows(group);
    return true;
  }
}
