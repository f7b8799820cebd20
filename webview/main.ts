import { PanelStore } from './data/store.ts';
import { RequestFailure } from './host.ts';
import { PanelElement } from './panel.ts';

const store = new PanelStore(globalThis.acquireVsCodeApi());

// A request that failed and whose caller had nothing better to say about it.
window.addEventListener('unhandledrejection', event => {
  if (!(event.reason instanceof RequestFailure)) return;
  event.preventDefault();
  store.fail(event.reason.message);
});

const panel = document.querySelector('proto-panel');
if (panel instanceof PanelElement) panel.store = store;
void store.host.request('ready', null);
