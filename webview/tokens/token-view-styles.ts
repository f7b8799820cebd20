import { css } from 'lit';

/** The bar above the chips, and the compact strip. */
export const tokenViewStyles = css`
  .bar {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 8px 24px;
    justify-content: space-between;
    margin-bottom: 12px;
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    font-size: 12px;
    gap: 8px;
    line-height: 22px;
    list-style: none;
    margin: 0;
    padding: 0;
  }

  .legend .chip {
    cursor: default;
  }

  .legend .chip:hover {
    border-color: transparent;
  }

  .legend .chip.unknown {
    border-color: var(--proto-line);
    border-style: dotted;
  }

  .legend .example {
    --ink: #fff;
    --length: 40%;
    --tone: #3b528b;
  }

  proto-measure-legend {
    margin-bottom: 12px;
  }

  .tools {
    gap: 4px;
  }

  .head {
    align-items: flex-start;
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    justify-content: space-between;
  }

  .wrong-count {
    margin-inline: 8px 4px;
    min-width: 5ch;
    text-align: end;
  }

  .none {
    margin-bottom: 8px;
  }

  :host([compact]) .field {
    border: 1px solid var(--proto-line);
    border-radius: 3px;
    font-size: 12px;
    line-height: 22px;
    max-height: min(160px, 24vh);
    overflow: auto;
    padding: 6px 8px;
  }

  :host([compact]) .segmented > .segment {
    border-top: 0;
    display: block;
    padding: 0;
  }

  :host([compact]) .label {
    display: none;
  }

  :host([compact]) .chip {
    line-height: 18px;
    margin: 1px 1px 1px 0;
    min-height: 20px;
    padding: 0 2px;
    scroll-margin: 8px;
  }
`;
