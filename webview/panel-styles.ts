import { css } from 'lit';

export const panelStyles = css`
  proto-job-header,
  proto-file-header {
    position: sticky;
    top: 0;
    z-index: 2;
  }

  .failure {
    align-items: center;
    background: var(--vscode-inputValidation-errorBackground, transparent);
    border: 1px solid var(--vscode-inputValidation-errorBorder, currentColor);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
    display: flex;
    gap: 8px;
    margin: 12px 20px 0;
    padding: 6px 8px;
  }

  .failure span {
    flex: 1;
    overflow-wrap: anywhere;
  }
`;
