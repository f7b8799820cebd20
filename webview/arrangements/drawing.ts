import { css, html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { ArrangementView } from '../../src/views/protocol.ts';

const [box, step, baseline] = [18, 22, 44];

/** Which vectors stand at the model's input, and which of its outputs have a token to emit. */
export function drawing({ inputs, outputs }: ArrangementView): TemplateResult {
  const boxes = inputs.map((which, position): SVGTemplateResult => {
    const x = position * step + 1;
    return svg`<rect class=${which} x=${x} y=${baseline - box} width=${box} height=${box} rx="3"></rect>
      <text class=${which} x=${x + box / 2} y=${baseline - 5}>${which}</text>`;
  });
  const arrows = outputs.map((position, token): SVGTemplateResult => {
    const x = position * step + 1 + box / 2;
    return svg`<path class="arrow" d=${`M${x} ${baseline - box - 3}V${15}m-3 3l3 -3l3 3`}></path>
      <text class="token" x=${x} y="10">${token + 1}</text>`;
  });
  // As wide as the widest of the five, so that all begin and end at the same places.
  const width = (outputs.length + 1) * step;
  return html`<svg viewBox="0 0 ${width} ${baseline + 1}" width=${width} height=${baseline + 1} aria-hidden="true">
    ${boxes}${arrows}
  </svg>`;
}

export const drawingStyles = css`
  svg text {
    fill: var(--vscode-foreground);
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 11px;
    text-anchor: middle;
  }

  svg rect {
    fill: none;
    stroke: var(--vscode-foreground);
  }

  svg rect.e {
    fill: var(--proto-right);
    stroke: var(--proto-right);
  }

  svg text.e {
    fill: var(--vscode-editor-background);
    font-weight: 700;
  }

  svg text.token {
    fill: var(--proto-muted);
    font-size: 9px;
  }

  svg .arrow {
    fill: none;
    stroke: var(--proto-muted);
  }

  @media (forced-colors: active) {
    svg rect.e {
      fill: CanvasText;
    }

    svg text.e {
      fill: Canvas;
    }
  }
`;
