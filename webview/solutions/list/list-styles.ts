import { css } from 'lit';

export const listStyles = css`
  .both {
    align-items: start;
    display: grid;
    gap: 28px 36px;
    grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr));
  }

  .both > * {
    min-width: 0;
  }

  .scroll {
    max-height: 420px;
    overflow: auto;
  }

  thead th {
    background: var(--vscode-editor-background);
    position: sticky;
    top: 0;
  }

  th button {
    background: none;
    border: 0;
    color: var(--vscode-textLink-foreground, var(--vscode-foreground));
    cursor: pointer;
    font: inherit;
    padding: 0;
    text-align: start;
    text-decoration: underline;
  }

  tr.chosen > * {
    background: color-mix(in srgb, var(--proto-right) 16%, transparent);
  }

  tr.chosen button {
    color: var(--vscode-foreground);
    font-weight: 600;
  }

  article + article {
    margin-top: 16px;
  }

  article h3 {
    font-size: 1em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  article p {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    margin-top: 4px;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  article .muted {
    font-family: inherit;
  }

  .probe {
    border-top: 1px solid var(--proto-line);
    margin-top: 28px;
    padding-top: 20px;
  }

  .probe .muted {
    margin-bottom: 12px;
  }
`;
