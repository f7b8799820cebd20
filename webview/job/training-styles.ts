import { css } from 'lit';

export const trainingStyles = css`
  .pair {
    display: grid;
    gap: 24px 32px;
    grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr));
  }

  .pair > section {
    min-width: 0;
  }

  .pair ~ section {
    margin-top: 28px;
  }

  .keys {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    font-size: 12px;
    gap: 4px 16px;
    margin-top: 6px;
  }

  .keys span {
    align-items: center;
    display: inline-flex;
    gap: 6px;
  }

  .keys .hint {
    margin-inline-start: auto;
  }

  .keys i {
    border: 1px solid var(--proto-line);
    height: 10px;
    width: 10px;
  }

  .keys i.right {
    background: var(--proto-right);
  }

  .keys i.wrong {
    background: color-mix(in srgb, var(--proto-wrong) 45%, transparent);
  }

  .keys b {
    border-top: 1px solid var(--proto-muted);
    width: 18px;
  }

  .keys b.bold {
    border-top: 3px solid var(--proto-right);
  }
`;
