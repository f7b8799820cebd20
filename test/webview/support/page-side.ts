/** What runs inside the page before everything else: VS Code's half of a webview, handed on to the test by messages. */

/** Typed arrays as they cross from test to page. */
export interface Packed {
  readonly packed: 'Int32Array' | 'Float32Array' | 'Float64Array' | 'Uint8Array';
  /** NaN does not survive JSON, null does. */
  readonly values: readonly (number | null)[];
}

declare global {
  interface Window {
    /** Bound by the test. What it gives comes back into the very page that asked, however far that has been loaded. */
    toHost(message: string): Promise<readonly string[]>;
    fromHost(message: string): void;
    violations: string[];
  }
}

export function installPageSide(): void {
  const arrays = { Int32Array, Float32Array, Float64Array, Uint8Array };
  const pack = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? ({ packed: 'Uint8Array', values: [...value] } satisfies Packed) : value;
  const unpack = (_: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('packed' in value)) return value;
    const { packed, values } = value as Packed;
    return arrays[packed].from(values.map(number => number ?? Number.NaN));
  };
  window.violations = [];
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
    window.violations.push(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
  );
  window.fromHost = message => window.postMessage(JSON.parse(message, unpack), '*');
  const key = 'state of the webview';
  globalThis.acquireVsCodeApi = (() => ({
    postMessage: async (message: unknown) => {
      for (const answer of await window.toHost(JSON.stringify(message, pack))) window.fromHost(answer);
    },
    getState: () => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined,
    setState: (state: unknown) => {
      sessionStorage.setItem(key, JSON.stringify(state));
      return state;
    },
  })) as unknown as typeof acquireVsCodeApi;
}
