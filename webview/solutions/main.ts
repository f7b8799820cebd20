import { startPage } from '../page-element.ts';
import { SolutionsStore } from './data/store.ts';
import { SolutionsPageElement } from './page.ts';

startPage(
  document.querySelector('proto-solutions'),
  SolutionsPageElement,
  new SolutionsStore(globalThis.acquireVsCodeApi()),
);
