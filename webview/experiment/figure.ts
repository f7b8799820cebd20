import { css, html, LitElement, type TemplateResult, unsafeCSS } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { darkSeries } from '../../src/plot/svg.ts';
import { figureSvg, figureTable } from '../../src/report/figures.ts';
import type { ReportFigure } from '../../src/runtime/results/experiments.ts';
import '../charts/export-bar.ts';
import type { Exporter } from '../host.ts';
import { shared } from '../styles.ts';

/** Pixels of an exported picture for each unit of it. */
const zoom = 2;

/** A figure of a report, drawn as in its file but in the colours of the theme. */
@customElement('proto-experiment-figure')
export class ExperimentFigureElement extends LitElement {
  @property({ attribute: false }) accessor host!: Exporter;
  @property({ attribute: false }) accessor figure!: ReportFigure;

  static override styles = [
    shared,
    unsafeCSS(darkSeries(':host-context(.vscode-dark) ')),
    unsafeCSS(darkSeries(':host-context(.vscode-high-contrast:not(.vscode-high-contrast-light)) ')),
    css`
      .scroll {
        overflow-x: auto;
      }

      .scroll svg {
        display: block;
        font-family: var(--vscode-font-family, sans-serif);
        height: auto;
        max-width: max(100%, 480px);
      }

      svg .fill-ink {
        fill: var(--vscode-foreground);
      }

      svg .line-ink {
        stroke: var(--vscode-foreground);
      }

      svg .fill-page {
        fill: var(--vscode-editor-background);
      }

      svg .line-page {
        stroke: var(--vscode-editor-background);
      }

      svg .line-grid {
        /* Not the theme's line: in high contrast that is as blue as a series. */
        stroke: color-mix(in srgb, var(--vscode-foreground) 22%, transparent);
      }
    `,
  ];

  override render(): TemplateResult {
    const { figure } = this;
    // Everything that a person or a file may have written is escaped in it.
    return html`<proto-export-bar
        .host=${this.host}
        .chart=${{
          name: figure.file,
          table: () => figureTable(figure),
          svg: () => figureSvg(figure),
          picture: () => pictureOf(figureSvg(figure, { styled: false })),
        }}
        label=${figure.title}
      ></proto-export-bar>
      <div class="scroll" tabindex="0" role="region" aria-label=${figure.title}>${unsafeHTML(figureSvg(figure, { styled: false, headed: false }))}</div>`;
  }
}

/** An SVG file as it looks on a light page. */
async function pictureOf(svg: string): Promise<HTMLCanvasElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * zoom;
  canvas.height = image.naturalHeight * zoom;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
