import type { Moment } from '../../../src/views/protocol.ts';
import type { PanelStore } from '../../data/store.ts';
import { t } from '../../strings.ts';
import { type Known, type MeasureName, type MeasureSource, measureOf } from './measures.ts';
import { type RunFacts, runFacts } from './run-facts.ts';

/** Whether a measure is known, and if not why. */
export interface Availability {
  readonly state: 'known' | 'computing' | 'missing';
  /** Of what is not known. */
  readonly reason: string;
  /** What can be done about it. */
  readonly remedy: 'live' | 'retry' | null;
}

const isKnown: Availability = { state: 'known', reason: '', remedy: null };
const missing = (reason: string, remedy: Availability['remedy'] = null): Availability => ({
  state: 'missing',
  reason,
  remedy,
});

/** What is known of a text's tokens at the moment that is looked at; a run is read once for each of its moments. */
export class Knowledge {
  private read: { readonly latest: Moment; readonly moments: number; readonly facts: RunFacts } | null = null;

  constructor(private readonly store: PanelStore) {}

  /** Has the host compute what a measure needs. */
  want(name: MeasureName): void {
    const { store } = this;
    const { source } = measureOf(name);
    if (source === 'surprisal' && store.tokens.length) store.surprisal.want(store.document?.kind, false);
    if (source === 'scores' && store.live && store.latest) store.scores.want(this.vectors, store.running);
  }

  /** Has the host compute again what it could not. */
  retry(): void {
    for (const asked of [this.store.scores, this.store.surprisal]) if (asked.problem !== null) asked.retry();
  }

  get known(): Known {
    const { tokens, shown, latest, live, scores, surprisal } = this.store;
    return {
      tokens,
      moment: shown,
      evaluations: latest?.evaluations ?? 0,
      run: this.run,
      scores: live ? scores.value : null,
      surprisal: surprisal.value?.nll ?? null,
    };
  }

  /** Whether a measure is known now. */
  availability(name: MeasureName): Availability {
    const { store } = this;
    if (!store.tokens.length) return missing(t('The text has not been cut into tokens yet.'));
    return this.of(measureOf(name).source);
  }

  private of(source: MeasureSource): Availability {
    const { store } = this;
    if (source === 'surprisal') return stateOf(store.surprisal, t('The model reads the text …'));
    if (!store.latest) return missing(t('The first vectors have not been evaluated yet.'));
    if (source === 'run' && !store.job)
      return missing(t('The file keeps no history of its training; compress its text again to see it.'));
    if (source !== 'scores') return isKnown;
    if (!store.live) return missing(t('Rank and margin are computed for the latest vectors only.'), 'live');
    return stateOf(store.scores, t('Computing from the latest vectors …'));
  }

  /** Stands for the vectors that are the latest: those of a moment, or once the training is over of the result. */
  private get vectors(): unknown {
    const { job, latest, running, contents } = this.store;
    if (!job) return contents;
    return running ? latest : (job.result ?? job.status);
  }

  private get run(): RunFacts | null {
    const { tokens, moments, latest, job } = this.store;
    if (!job || !latest) return null;
    if (
      this.read?.latest !== latest ||
      this.read.moments !== moments.length ||
      this.read.facts.lost.length !== tokens.length
    )
      this.read = { latest, moments: moments.length, facts: runFacts(tokens, moments) };
    return this.read.facts;
  }
}

function stateOf(asked: PanelStore['scores'] | PanelStore['surprisal'], computing: string): Availability {
  if (asked.value) return isKnown;
  if (asked.problem !== null) return missing(asked.problem, 'retry');
  return { state: 'computing', reason: computing, remedy: null };
}
