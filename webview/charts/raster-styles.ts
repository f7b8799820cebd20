import { css } from 'lit';
import { margin } from './raster-picture.ts';

export const rasterStyles = css`
  .slider {
    cursor: crosshair;
    height: var(--height, 240px);
    position: relative;
    touch-action: pan-y;
  }

  canvas {
    display: block;
    height: 100%;
    width: 100%;
  }

  .row-frame,
  .column-line,
  .tip {
    pointer-events: none;
    position: absolute;
  }

  /* Light on dark or dark on light: one of the two lines stands out from whatever lies below. */
  .row-frame {
    height: var(--tall, 3px);
    left: ${margin.left}px;
    outline: 1px solid var(--vscode-foreground);
    outline-offset: 1px;
    box-shadow: 0 0 0 1px var(--vscode-editor-background);
    right: ${margin.right}px;
    top: var(--row, 0);
  }

  .column-line {
    background: var(--vscode-foreground);
    bottom: ${margin.bottom}px;
    box-shadow: 0 0 0 1px var(--vscode-editor-background);
    left: var(--column, 0);
    top: ${margin.top}px;
    width: 1px;
  }

  .tip {
    background: var(--vscode-editorHoverWidget-background, var(--proto-raised));
    border: 1px solid var(--vscode-editorHoverWidget-border, var(--proto-line));
    border-radius: 3px;
    color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
    font-size: 12px;
    left: var(--left, 0);
    max-width: min(260px, 90%);
    overflow-wrap: anywhere;
    padding: 4px 8px;
    top: var(--top, 0);
    width: max-content;
    z-index: 1;
  }
`;
