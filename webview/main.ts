import { PanelStore } from './data/store.ts';
import { startPage } from './page-element.ts';
import { PanelElement } from './panel.ts';

startPage(document.querySelector('proto-panel'), PanelElement, new PanelStore(globalThis.acquireVsCodeApi()));
