import { css } from 'lit';

/**
 * Chips differ by more than colour: wrong ones have a wavy line and a notch, unsure ones a dotted line, unknown ones a
 * dotted frame. Nothing that changes while training changes a chip's width.
 */
export const chipStyles = css`
  .field {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--vscode-editor-font-size, 13px);
    line-height: 26px;
  }

  .segment {
    padding: 4px 0;
  }

  .label {
    display: none;
  }

  .segmented > .segment {
    border-top: 1px solid var(--proto-line);
    column-gap: 16px;
    display: grid;
    grid-template-columns: 148px minmax(0, 1fr);
    padding: 6px 0;
  }

  .segmented > .segment[hidden] {
    display: none;
  }

  .segmented .label {
    color: var(--proto-muted);
    display: flex;
    flex-direction: column;
    font-family: var(--vscode-font-family, sans-serif);
    font-size: 11px;
    font-variant-numeric: tabular-nums;
    line-height: 15px;
    padding-top: 6px;
  }

  .block {
    content-visibility: auto;
    margin: 0 -4px;
    overflow-wrap: anywhere;
    padding: 0 4px;
    position: relative;
  }

  .chip {
    background: color-mix(in srgb, var(--tint, transparent) var(--strength, 0%), transparent);
    border: 1px solid transparent;
    border-radius: 3px;
    cursor: pointer;
    display: inline-block;
    line-height: 20px;
    margin: 2px 2px 2px 0;
    max-width: 100%;
    min-height: 22px;
    padding: 0 3px;
    scroll-margin: 180px 0 120px;
    vertical-align: top;
    white-space: pre-wrap;
  }

  .chip[data-space]::before {
    content: '·';
  }

  .chip[data-space]::before,
  .space {
    color: var(--proto-muted);
  }

  .chip.unknown {
    border-color: var(--proto-line);
    border-style: dotted;
    color: var(--proto-muted);
  }

  .chip.right {
    --tint: var(--proto-right);
  }

  .chip.unsure {
    --strength: 6%;
    text-decoration: underline dotted var(--proto-right) 1px;
    text-underline-offset: 4px;
  }

  .chip.fair {
    --strength: 12%;
  }

  .chip.likely {
    --strength: 19%;
  }

  .chip.sure {
    --strength: 28%;
  }

  .chip.wrong {
    --strength: 22%;
    --tint: var(--proto-wrong);
    background-image: linear-gradient(225deg, var(--proto-wrong) 5px, transparent 5.5px);
    background-origin: border-box;
    text-decoration: underline wavy var(--proto-wrong) 1px;
    text-underline-offset: 4px;
  }

  .chip.wrong[data-guess]::after {
    border-inline-start: 1px solid var(--proto-wrong);
    content: attr(data-guess);
    display: inline-block;
    font-style: italic;
    line-height: 16px;
    margin-inline-start: 4px;
    padding-inline-start: 4px;
    text-decoration: none;
  }

  .coloured {
    line-height: 30px;
  }

  /* Neither hue alone nor colour alone: the bar at the bottom is as long as the value is high. */
  .chip.measured {
    background: linear-gradient(var(--ink, currentColor), var(--ink, currentColor)) 0 100% / var(--length, 0%) 3px no-repeat
      var(--tone, transparent);
    border-color: color-mix(in srgb, var(--vscode-foreground) 35%, transparent);
    color: var(--ink, var(--vscode-foreground));
    padding-bottom: 4px;
    text-decoration: none;
  }

  .chip.measured .space,
  .chip.measured[data-space]::before {
    color: inherit;
  }

  .chip.measured.wrong {
    border-color: var(--vscode-foreground);
    border-style: dashed;
    text-decoration: underline wavy currentColor 1px;
    text-underline-offset: 2px;
  }

  .chip.measured.wrong[data-guess]::after {
    border-color: currentColor;
  }

  .chip.measured.blank {
    border-style: dotted;
  }

  .chip.found {
    box-shadow: 0 0 0 2px var(--vscode-foreground);
  }

  .character {
    border: 1px solid var(--proto-line);
    border-radius: 4px;
    display: inline-block;
    line-height: 22px;
    margin: 0 2px 0 0;
    padding: 0 2px;
    vertical-align: top;
  }

  .character .glyph {
    margin-inline: 2px 4px;
  }

  .only-wrong .character:not(:has(.wrong)) {
    display: none;
  }

  .chip:hover,
  .chip.pointed {
    border-color: var(--vscode-focusBorder, currentColor);
    border-style: solid;
  }

  .chip:focus-visible {
    outline: 2px solid var(--vscode-focusBorder, currentColor);
    outline-offset: 0;
  }

  .only-wrong .chip:not(.wrong),
  .only-wrong .block br {
    display: none;
  }

  :host-context(body.vscode-high-contrast) .chip.right,
  :host-context(body.vscode-high-contrast-light) .chip.right {
    border-color: var(--proto-line);
  }

  :host-context(body.vscode-high-contrast) .chip.wrong,
  :host-context(body.vscode-high-contrast-light) .chip.wrong {
    border: 1px dashed var(--proto-wrong);
  }

  @media (forced-colors: active) {
    .chip.right {
      border: 1px solid CanvasText;
    }

    .chip.unsure {
      border-style: dotted;
    }

    .chip.wrong {
      border: 1px dashed Highlight;
    }
  }

  @media (max-width: 560px) {
    .segmented > .segment {
      grid-template-columns: minmax(0, 1fr);
    }

    .segmented .label {
      flex-direction: row;
      gap: 8px;
      padding: 0;
    }
  }
`;
