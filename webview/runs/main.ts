import { startPage } from '../page-element.ts';
import { RunsPageElement } from './page.ts';
import { RunsStore } from './store.ts';

startPage(document.querySelector('proto-runs'), RunsPageElement, new RunsStore(globalThis.acquireVsCodeApi()));
