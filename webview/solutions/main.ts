import { RequestFailure } from '../host.ts';
import { SolutionsStore } from './data/store.ts';
import { SolutionsPageElement } from './page.ts';

const store = new SolutionsStore(globalThis.acquireVsCodeApi());

// A request that failed and whose caller had nothing better to say about it.
window.addEventListener('unhandledrejection', event => {
  if (!(event.reason instanceof RequestFailure)) return;
  event.preventDefault();
  store.fail(event.reason.message);
});

const page = document.querySelector('proto-solutions');
if (page instanceof SolutionsPageElement) page.store = store;
void store.host.request('ready', null);
