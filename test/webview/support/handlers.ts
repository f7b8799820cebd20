import { setTimeout as sleep } from 'node:timers/promises';
import type { Handlers } from './panel-page.ts';
import type { Recording } from './recording.ts';

/** Answers as the host would, from what was recorded. */
export function recordedHandlers({ texts, details, nearest }: Recording, own: Handlers = {}): Handlers {
  return {
    tokenTexts: ({ ids }) => ids.map(id => texts.get(id) ?? `#${id}`),
    explain: async ({ index }) => {
      await sleep(20);
      const detail = details[index];
      if (!detail) throw new Error(`There is no token ${index}.`);
      return detail;
    },
    nearest: () => nearest,
    exportFile: () => true,
    ...own,
  };
}
