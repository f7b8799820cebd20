import type { ExperimentDocument, ExperimentMessage } from '../../src/views/experiments/protocol.ts';
import type { ExperimentRequests } from '../../src/views/requests.ts';
import { type PageState, PageStore } from '../data/page-store.ts';
import { FollowingElement } from '../data/store-element.ts';

/** What the page keeps of itself: the host opens it again after a reload by the path of the experiment's folder. */
export interface ExperimentState extends PageState {
  readonly out: string;
}

export type ExperimentChange = 'document' | 'standing';

/** One experiment, as the host tells of it. */
export class ExperimentStore extends PageStore<
  ExperimentRequests,
  ExperimentMessage,
  ExperimentState,
  ExperimentChange
> {
  protected override readonly untouched: ExperimentState = { tab: '', scroll: 0, out: '' };
  document: ExperimentDocument | undefined;

  protected override receive(news: ExperimentMessage): void {
    if (news.type === 'show') {
      this.document = news.document;
      this.remember({ out: news.document.out });
      this.tell('document');
    } else if (this.document) {
      this.document = { ...this.document, standing: news.standing };
      this.tell('standing');
    }
  }
}

/** An element of the page of an experiment. */
export abstract class ExperimentElement extends FollowingElement<
  ExperimentChange | 'view' | 'failure',
  ExperimentStore
> {}
