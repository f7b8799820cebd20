import { existsSync } from 'node:fs';

/** The browser without a window of its own takes a quarter less time; the whole one serves as well. */
const known = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Chromium, in which pages and VS Code are shown. CHROMIUM names another one. */
export const chromiumPath = process.env.CHROMIUM ?? known.find(path => existsSync(path)) ?? '/usr/bin/chromium';

/** Nothing that needs a network, a card or a first start. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
