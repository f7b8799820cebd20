import { css, html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { type ArrangementName, layoutOf, protoTokenKinds } from '../../src/runtime/training/arrangement.ts';

/** Tokens of the text in the drawings. */
const drawnTokens = 6;
const [box, step, baseline] = [18, 22, 44];

/** Which vectors stand at the model's input, and which of its outputs have a token to emit: drawn from the arrangement itself. */
export function drawing(name: ArrangementName): TemplateResult {
  const { kinds, positionOfToken } = layoutOf(name, drawnTokens);
  const inputs = kinds.map((kind, position): SVGTemplateResult => {
    const which = protoTokenKinds[kind] ?? 'm';
    const x = position * step + 1;
    return svg`<rect class=${which} x=${x} y=${baseline - box} width=${box} height=${box} rx="3"></rect>
      <text class=${which} x=${x + box / 2} y=${baseline - 5}>${which}</text>`;
  });
  const outputs = positionOfToken.map((position, token): SVGTemplateResult => {
    const x = position * step + 1 + box / 2;
    return svg`<path class="arrow" d=${`M${x} ${baseline - box - 3}V${15}m-3 3l3 -3l3 3`}></path>
      <text class="token" x=${x} y="10">${token + 1}</text>`;
  });
  const width = (drawnTokens + 1) * step;
  return html`<svg viewBox="0 0 ${width} ${baseline + 1}" width=${width} height=${baseline + 1} aria-hidden="true">
    ${inputs}${outputs}
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
