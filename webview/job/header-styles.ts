import { css } from 'lit';

/** The head of a job and of a file: title, facts, buttons. */
export const headerStyles = css`
  :host {
    background: var(--vscode-editor-background);
    padding: 14px 20px 0;
  }

  header {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 10px 24px;
    justify-content: space-between;
  }

  .lines {
    flex: 1 1 260px;
    min-width: 0;
  }

  .title {
    align-items: center;
    display: flex;
    gap: 10px;
  }

  h1 {
    font-size: 1.25em;
    font-weight: 600;
    line-height: 22px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .badge {
    align-items: center;
    display: inline-flex;
    gap: 3px;
    padding: 0 2px;
  }

  .badge vscode-icon {
    color: inherit;
  }

  .facts {
    color: var(--proto-muted);
    display: flex;
    flex-wrap: wrap;
    line-height: 20px;
    margin-top: 2px;
  }

  .facts span:not(:last-child)::after {
    content: '·';
    margin: 0 7px;
  }

  .problem {
    align-items: center;
    display: flex;
    gap: 6px;
    margin-top: 8px;
  }

  .problem vscode-icon {
    color: var(--vscode-errorForeground, currentColor);
    flex: none;
  }
`;
