import type { PanelDocument } from '../../../src/views/protocol.ts';
import { recordedHandlers } from './handlers.ts';
import { pageTests } from './page-tests.ts';
import { PanelPage } from './panel-page.ts';
import { firstSentence, type Recording, record } from './recording.ts';

type Options = Parameters<typeof PanelPage.open>[3];

export interface PanelTests {
  recording(): Recording;
  /** A page that the host answers from the recording. */
  open(document: PanelDocument, options?: Options): Promise<PanelPage>;
}

/** What opens panels in the tests of a `describe`, and a recorded run. */
export function panelTests(): PanelTests {
  let recorded: Recording | undefined;
  const recording = (): Recording => {
    if (!recorded) throw new Error('Only tests may ask for this.');
    return recorded;
  };
  const open = pageTests('main', async () => {
    recorded = await record(firstSentence, 16);
  });
  return {
    recording,
    open: (document, options = {}) =>
      open((browser, address) => {
        const handlers = recordedHandlers(recording(), options.handlers);
        return PanelPage.open(browser, address, document, { ...options, handlers });
      }),
  };
}

/** The recorded job as it was after a share of its moments. */
export function jobAt({ job }: Recording, share: number) {
  const moments = job.moments.slice(0, Math.max(1, Math.round(job.moments.length * share)));
  return { ...job, moments, result: null };
}
