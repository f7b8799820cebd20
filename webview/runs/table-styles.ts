import { css } from 'lit';

export const tableStyles = css`
  .scroll {
    max-height: 320px;
    overflow: auto;
  }

  thead th {
    background: var(--vscode-editor-background);
    position: sticky;
    top: 0;
    z-index: 1;
  }

  th button {
    background: none;
    border: 0;
    color: inherit;
    cursor: pointer;
    font: inherit;
    padding: 0;
    text-align: inherit;
  }

  thead th,
  td,
  tbody th {
    padding-inline: 4px 8px;
    white-space: nowrap;
  }

  .choice {
    min-width: 52px;
  }

  .choice input {
    accent-color: var(--vscode-button-background, var(--proto-right));
    margin: 2px 4px 0 2px;
    vertical-align: top;
  }

  .name {
    max-width: 260px;
    min-width: 190px;
    white-space: normal;
  }

  .name .line {
    align-items: flex-start;
    display: flex;
    gap: 6px;
  }

  .name button {
    color: var(--vscode-textLink-foreground, var(--vscode-foreground));
    text-decoration: underline;
  }

  .name .from {
    display: block;
    font-size: 0.92em;
    margin-inline-start: 22px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  vscode-icon.perfect {
    color: var(--proto-right);
  }

  vscode-icon.imperfect {
    color: var(--proto-wrong);
  }

  vscode-icon.failed {
    color: var(--vscode-errorForeground, currentColor);
  }

  tr.chosen > * {
    background: color-mix(in srgb, var(--proto-right) 9%, transparent);
  }

  tr.chosen > .name button {
    color: var(--vscode-foreground);
  }

  .none {
    padding: 12px 4px;
  }
`;
