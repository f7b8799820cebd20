import { css } from 'lit';

/** The letter of a run that is compared, in the colour of its line. */
export const letterStyles = css`
  .letter {
    border: 2px solid var(--run, currentColor);
    border-radius: 3px;
    display: inline-block;
    font-family: var(--vscode-font-family, sans-serif);
    font-size: 11px;
    font-weight: 600;
    line-height: 14px;
    min-width: 18px;
    text-align: center;
  }

  .letter[data-place='0'] {
    --run: var(--proto-part-1);
  }

  .letter[data-place='1'] {
    --run: var(--proto-part-2);
  }

  .letter[data-place='2'] {
    --run: var(--proto-part-3);
  }

  .letter[data-place='3'] {
    --run: var(--proto-part-4);
  }
`;
