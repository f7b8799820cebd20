import { startPage } from '../page-element.ts';
import { ExperimentPageElement } from './page.ts';
import { ExperimentStore } from './store.ts';

startPage(
  document.querySelector('proto-experiment'),
  ExperimentPageElement,
  new ExperimentStore(globalThis.acquireVsCodeApi()),
);
