import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenDetail, TokenScores } from '../../../src/views/protocol.ts';
import type { Handlers } from './panel-page.ts';
import type { Recording } from './recording.ts';

/** Answers as the host would, from what was recorded. */
export function recordedHandlers({ texts, details, nearest, surprisal }: Recording, own: Handlers = {}): Handlers {
  return {
    tokenTexts: ({ ids }) => ids.map(id => texts.get(id) ?? `#${id}`),
    explain: async ({ index }) => {
      await sleep(20);
      const detail = details[index];
      if (!detail) throw new Error(`There is no token ${index}.`);
      return detail;
    },
    scores: () => scoresOf(details),
    surprisal: () => surprisal,
    nearest: () => nearest,
    exportFile: () => true,
    ...own,
  };
}

function scoresOf(details: readonly TokenDetail[]): TokenScores {
  const margin = ({ target, top }: TokenDetail): number => {
    const rival = top.find(({ id }) => id !== target.id);
    return Math.log(target.probability / (rival?.probability ?? Number.NaN));
  };
  return {
    rank: Int32Array.from(details, ({ rank }) => rank),
    margin: Float32Array.from(details, margin),
  };
}
