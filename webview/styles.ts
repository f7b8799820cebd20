import { css } from 'lit';

/** What every element of the panel shares. */
export const shared = css`
  :host {
    display: block;
  }

  :host([hidden]),
  [hidden] {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h1,
  h2,
  h3,
  p {
    margin: 0;
  }

  h2 {
    font-size: 1em;
    font-weight: 600;
    margin-bottom: 8px;
  }

  .muted {
    color: var(--proto-muted);
  }

  .figures {
    font-variant-numeric: tabular-nums;
  }

  .row {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }

  .unseen {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
    width: 1px;
  }

  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder, currentColor);
    outline-offset: 1px;
  }

  vscode-button:focus {
    outline: none;
  }
`;

/** Tables of facts and of numbers. */
export const tables = css`
  table {
    border-collapse: collapse;
    width: 100%;
  }

  caption {
    font-weight: 600;
    padding: 0 0 8px;
    text-align: start;
  }

  th,
  td {
    border-bottom: 1px solid var(--proto-line);
    font-weight: normal;
    overflow-wrap: anywhere;
    padding: 5px 12px 5px 0;
    text-align: start;
    vertical-align: top;
  }

  tbody tr:last-child > * {
    border-bottom: 0;
  }

  thead th {
    color: var(--proto-muted);
    font-size: 0.92em;
    white-space: nowrap;
  }

  tbody th {
    color: var(--proto-muted);
  }

  .number {
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }

  tr > :last-child {
    padding-inline-end: 0;
  }
`;
