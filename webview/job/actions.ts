import { html, type TemplateResult } from 'lit';
import type { JobDocument } from '../../src/views/protocol.ts';
import type { PanelAction } from '../../src/views/requests.ts';
import type { PanelStore } from '../data/store.ts';
import { t } from '../strings.ts';

export interface ActionButton {
  readonly action: PanelAction;
  readonly label: string;
  readonly icon: string;
  readonly primary?: boolean;
}

/** What can be done with a job as it stands; `all` is for the result, the header has room for the nearest ones. */
export function jobActions({ status, result }: JobDocument, all: boolean): readonly ActionButton[] {
  const save: ActionButton = { action: 'save', label: t('Save'), icon: 'save', primary: !result?.savedAs };
  const longer: ActionButton = { action: 'trainLonger', label: t('Train Longer'), icon: 'debug-continue' };
  switch (status) {
    case 'queued':
    case 'running':
      return [{ action: 'cancel', label: t('Cancel'), icon: 'debug-stop' }];
    case 'cancelling':
      return [];
    case 'failed':
      return [{ action: 'retry', label: t('Retry'), icon: 'refresh', primary: true }];
    case 'cancelled':
    case 'interrupted': {
      const resume: ActionButton = { action: 'resume', label: t('Resume'), icon: 'debug-start', primary: true };
      return result ? [resume, { ...save, primary: false }] : [resume];
    }
    case 'finished':
      return all
        ? [
            save,
            ...(isPerfect(result) ? [] : [longer]),
            { action: 'tryArrangement', label: t('Try Another Arrangement …'), icon: 'layout' },
            { action: 'trySeed', label: t('Try Another Seed'), icon: 'refresh' },
            { action: 'copyText', label: t('Copy Decoded Text'), icon: 'copy' },
          ]
        : isPerfect(result)
          ? []
          : [longer];
  }
}

/** Nothing is left to train then. */
function isPerfect(result: JobDocument['result']): boolean {
  return result?.accuracy === 1;
}

/** A row of buttons that the host acts on. */
export function actionRow(store: PanelStore, actions: readonly ActionButton[]): TemplateResult {
  return html`<div class="row">
    ${actions.map(
      ({ action, label, icon, primary }) =>
        html`<vscode-button icon=${icon} ?secondary=${!primary} data-action=${action} @click=${() => store.act(action)}
          >${label}</vscode-button
        >`,
    )}
  </div>`;
}
