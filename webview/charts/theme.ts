/** Colours of the theme for what is painted, as the browser resolves them. */
export interface ChartTheme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly line: string;
  readonly right: string;
  readonly wrong: string;
  /** Of the parts of a file, in order. */
  readonly parts: readonly string[];
  readonly fontFamily: string;
  readonly fontSize: number;
  /** High contrast: no faint colours. */
  readonly stark: boolean;
}

export function chartTheme(): ChartTheme {
  const style = getComputedStyle(document.body);
  const value = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback;
  const foreground = value('--vscode-foreground', style.color);
  return {
    foreground,
    muted: value('--proto-muted', foreground),
    background: value('--vscode-editor-background', '#ffffff'),
    line: value('--proto-line', foreground),
    right: value('--proto-right', '#0072b2'),
    wrong: value('--proto-wrong', '#d55e00'),
    parts: [1, 2, 3, 4].map(part => value(`--proto-part-${part}`, foreground)),
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize) || 13,
    stark: document.body.className.includes('high-contrast') || matchMedia('(forced-colors: active)').matches,
  };
}

const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** Red, green, blue and opacity, 0 to 255, of any colour that CSS knows. */
export function pixelOf(colour: string): readonly [number, number, number, number] {
  if (!probe) return [128, 128, 128, 255];
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, opacity = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, opacity];
}

const listeners = new Set<() => void>();

/** @returns what ends the subscription */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

// VS Code changes the class of the body and the variables on the root.
const observer = new MutationObserver(tell);
observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
matchMedia('(forced-colors: active)').addEventListener('change', tell);
