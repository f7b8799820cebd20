import { css } from 'lit';

/** Cells differ by more than colour: wrong ones have a wavy line and a notch, unknown ones a dotted frame. */
export const runTokensStyles = css`
  h3 {
    font-size: 1em;
    font-weight: 600;
    margin: 12px 0 4px;
  }

  .note {
    margin: 6px 0;
  }

  .line {
    margin: 10px 0 16px;
    overflow-x: auto;
    padding-bottom: 2px;
  }

  table {
    border-collapse: separate;
    border-spacing: 2px;
  }

  th,
  td {
    font-weight: normal;
    padding: 2px 5px;
    text-align: start;
    vertical-align: bottom;
    white-space: nowrap;
  }

  th[scope='row'] {
    background: var(--vscode-editor-background);
    inset-inline-start: 0;
    padding-inline-start: 0;
    position: sticky;
  }

  code {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--vscode-editor-font-size, 13px);
    white-space: pre;
  }

  thead b {
    display: block;
    line-height: 14px;
    text-align: center;
  }

  th.different {
    border-top: 2px solid var(--vscode-foreground);
  }

  td {
    border: 1px solid transparent;
    border-radius: 3px;
  }

  td.different {
    border-color: var(--vscode-foreground);
  }

  td.right,
  i.right {
    background: color-mix(in srgb, var(--proto-right) 16%, transparent);
  }

  td.wrong,
  i.wrong {
    background-color: color-mix(in srgb, var(--proto-wrong) 22%, transparent);
    background-image: linear-gradient(225deg, var(--proto-wrong) 5px, transparent 5.5px);
  }

  td.wrong code {
    text-decoration: underline wavy var(--proto-wrong) 1px;
    text-underline-offset: 3px;
  }

  td.unknown,
  i.unknown {
    border: 1px dotted var(--proto-muted);
    color: var(--proto-muted);
  }

  .keys {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    font-size: 12px;
    gap: 4px 16px;
  }

  .keys span {
    align-items: center;
    display: inline-flex;
    gap: 6px;
  }

  .keys i {
    border: 1px solid var(--proto-line);
    height: 12px;
    width: 12px;
  }

  .keys i.unknown {
    border: 1px dotted var(--proto-muted);
  }

  @media (forced-colors: active) {
    td.right {
      border: 1px solid CanvasText;
    }

    td.wrong {
      border: 1px dashed Highlight;
    }
  }
`;
