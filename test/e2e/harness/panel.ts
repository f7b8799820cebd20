import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** Our page inside a webview: the panel of a job, or the editor of a file or of solutions. */
export class Panel {
  private constructor(readonly frame: Frame) {}

  static async ofJob(workbench: Workbench): Promise<Panel> {
    return new Panel(await workbench.webview('proto-job-header h1'));
  }

  static async ofFile(workbench: Workbench): Promise<Panel> {
    return new Panel(await workbench.webview('proto-file-header h1'));
  }

  static async ofSolutions(workbench: Workbench): Promise<Panel> {
    return new Panel(await workbench.webview('proto-solutions h1'));
  }

  /** The line below the title. */
  async facts(): Promise<string> {
    return (await this.frame.locator('.facts span').allTextContents()).join(' ');
  }

  status(word: string): Locator {
    return this.frame.locator('proto-job-header .badge', { hasText: word });
  }

  button(action: string): Locator {
    return this.frame.locator(`vscode-button[data-action="${action}"]`).first();
  }

  async openTab(name: string): Promise<void> {
    await this.frame.locator(`vscode-tab-header[data-tab="${name}"]`).click();
  }

  /** The classes of every token's chip, as text that changes whenever one of them does. */
  chips(): Promise<string[]> {
    return this.frame
      .locator('.field .chip')
      .evaluateAll(chips => chips.map(chip => `${chip.getAttribute('class')} ${chip.textContent}`));
  }

  /** How many of the page's canvases have something drawn on them. */
  async drawnCanvases(): Promise<number> {
    const canvases = await this.frame.locator('canvas').all();
    const drawn = await Promise.all(canvases.map(canvas => canvas.evaluate(isDrawn)));
    return drawn.filter(Boolean).length;
  }

  /** Points at a token until its card says what the model thinks of it. */
  async pointAt(index: number): Promise<void> {
    await this.frame.locator(`.field .chip[data-index="${index}"]`).hover();
    await this.frame.locator('proto-token-card:popover-open .top', { hasText: '%' }).waitFor();
  }

  /** Waits until the job has some result of its training to show. */
  async untilLearning(): Promise<void> {
    await this.frame.locator('.field .chip.right').first().waitFor();
  }
}

/** "12 of 14 tokens" in any sentence. */
export function scoreIn(sentence: string): { readonly correct: number; readonly tokens: number } {
  const [, correct, tokens] = sentence.match(/(\d+) of (\d+) tokens/) ?? [];
  if (!correct || !tokens) throw new Error(`no score in "${sentence}"`);
  return { correct: Number(correct), tokens: Number(tokens) };
}

/** "1,234 evaluations" in any sentence. */
export function evaluationsIn(sentence: string): number {
  const [, evaluations] = sentence.match(/([\d,]+) evaluations/) ?? [];
  if (!evaluations) throw new Error(`no evaluations in "${sentence}"`);
  return Number(evaluations.replaceAll(',', ''));
}

/** Runs in the page: whether a canvas holds more than one colour. */
function isDrawn(canvas: Element): boolean {
  if (!(canvas instanceof HTMLCanvasElement)) return false;
  const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data.buffer;
  return new Set(pixels && new Uint32Array(pixels)).size > 1;
}
