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
    /* The dot before the first fact of each line is cut away. */
    clip-path: inset(0 0 0 17px);
    color: var(--proto-muted);
    display: flex;
    flex-wrap: wrap;
    line-height: 20px;
    margin: 2px 0 0 -17px;
  }

  .facts span::before {
    content: '·';
    display: inline-block;
    text-align: center;
    width: 17px;
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
