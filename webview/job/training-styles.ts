import { css } from 'lit';

export const trainingStyles = css`
  section {
    min-width: 0;
  }

  proto-chart {
    height: 150px;
  }

  .controls {
    margin-bottom: 8px;
  }

  /* The text stays in view while someone goes through the run, however tall the pictures are. */
  .moment {
    background: var(--vscode-editor-background);
    border-top: 1px solid var(--proto-line);
    bottom: 0;
    margin: 16px -20px 0;
    padding: 8px 20px 10px;
    position: sticky;
    z-index: 2;
  }

  .keys {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    font-size: 12px;
    gap: 4px 16px;
    min-height: 26px;
  }

  .keys span {
    align-items: center;
    display: inline-flex;
    gap: 6px;
  }

  .hint {
    font-size: 12px;
    margin-top: 4px;
  }

  .keys i {
    border: 1px solid var(--proto-line);
    height: 10px;
    width: 24px;
  }

  .keys i.right {
    background: linear-gradient(to right, color-mix(in srgb, var(--proto-right) 55%, transparent), var(--proto-right));
  }

  .keys i.wrong {
    background: linear-gradient(
      to right,
      color-mix(in srgb, var(--proto-wrong) 22%, transparent),
      color-mix(in srgb, var(--proto-wrong) 46%, transparent)
    );
  }

  .keys b {
    border-top: 1px solid var(--proto-muted);
    width: 18px;
  }

  .keys b.bold {
    border-top: 3px solid var(--proto-right);
  }
`;
