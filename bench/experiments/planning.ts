import { runSelf } from '../child.ts';
import { megabytes, printNote, printTable } from '../table.ts';
import { planningSchema } from './planning-case.ts';

/** About a hundred thousand cells each. */
const cases = [
  { name: 'arrangements', texts: 2000, settings: { lengths: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13] } },
  { name: 'capacity', texts: 10_000, settings: { lengths: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13] } },
  { name: 'sharing', texts: 2000, settings: { groups: [4], seeds: 100 } },
];

const second = (seconds: number): string => `${seconds.toFixed(2)} s`;

/** Planning and reporting experiments of a hundred thousand cells that are made up. */
export async function benchmarkPlanning(): Promise<void> {
  const rows: string[][] = [];
  for (const { name, texts, settings } of cases) {
    const output = await runSelf(['experiments-case', name, String(texts), JSON.stringify(settings)]);
    const { cells, tokens, plan, first, last, report, peak } = planningSchema.parse(JSON.parse(output));
    const times = [tokens, plan, first, last, report].map(second);
    rows.push([name, String(cells), String(texts), ...times, megabytes(peak)]);
  }
  printTable(
    'Planning and reporting, a process for each',
    ['experiment', 'cells', 'texts', 'tokens', 'plan', 'wanted, first', 'wanted, last', 'report', 'peak memory'],
    rows,
  );
  printNote(
    'Processor seconds. tokens: of the texts, once. plan: how many cells there are at most. wanted: the cells of',
  );
  printNote('the next stage, before any is over and when all are, their records read. report: tables and figures.');
}
