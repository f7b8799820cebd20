import type { GlossaryNews, GlossaryRequests } from '../../src/views/requests.ts';
import { HostClient } from '../host.ts';
import { GlossaryElement } from './page.ts';

const page = document.querySelector('proto-glossary');
const host = new HostClient<GlossaryRequests, GlossaryNews, null>(globalThis.acquireVsCodeApi(), ({ term }) => {
  if (page instanceof GlossaryElement && term !== null) void page.ask(term);
});
void host.request('ready', null);
