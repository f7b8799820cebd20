import { css } from 'lit';

export const distancesStyles = css`
  .both {
    display: grid;
    gap: 28px 36px;
    grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr));
  }

  .both > *,
  .both section {
    min-width: 0;
  }

  section + section {
    margin-top: 28px;
  }

  .wide {
    margin-top: 28px;
    max-width: 900px;
  }

  proto-chart {
    height: 260px;
  }

  .wide proto-chart {
    height: 320px;
  }

  .stale {
    opacity: 0.5;
  }

  .note {
    margin-top: 10px;
  }

  .scroll {
    overflow-x: auto;
  }

  .scroll th[scope='row'] {
    white-space: nowrap;
  }

  i.key {
    border-top: 3px solid var(--proto-same-text);
    display: inline-block;
    margin-inline-end: 8px;
    vertical-align: middle;
    width: 20px;
  }

  i.key.same-context {
    border-top: 3px dashed var(--proto-same-context);
  }

  i.key.different-context {
    border-top: 3px dotted var(--proto-different-context);
  }
`;
