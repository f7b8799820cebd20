import type { DataTable } from '../../src/report/csv.ts';
import { tokenCode, tokenCodes } from '../data/token-state.ts';
import { type Known, type MeasureName, measures } from './measures/measures.ts';

const columnNames: Readonly<Record<MeasureName, string>> = {
  probability: 'probability',
  margin: 'margin',
  rank: 'rank',
  learned: 'learned at evaluation',
  lost: 'times lost',
  surprisal: 'surprisal in nats',
};

/** Every token with all its measures; what is not known stays empty. */
export function tokenTable(known: Known): DataTable {
  const { tokens, moment } = known;
  return {
    columns: [
      'token',
      'id',
      'text',
      'start',
      'end',
      'predicted id',
      'right',
      ...measures.map(({ name }) => columnNames[name]),
    ],
    rows: tokens.map((token, index) => {
      const code = tokenCode(token, moment, index);
      const predicted = moment?.predicted[index] ?? -1;
      return [
        index + 1,
        token.id,
        token.text,
        token.start,
        token.end,
        predicted < 0 ? null : predicted,
        code === tokenCodes.unknown ? null : Number(code !== tokenCodes.wrong),
        ...measures.map(({ read }) => {
          const value = read(known, index);
          return Number.isNaN(value) ? null : value;
        }),
      ];
    }),
  };
}
