import { css, html, type TemplateResult } from 'lit';

/** Choices, each a value and its name. */
export type Options<Value> = readonly (readonly [value: Value, name: string])[];

/** A named list to choose from. */
export function choice<Value extends string | number | null>(
  label: string,
  options: Options<Value>,
  chosen: Value,
  onChoice: (value: Value) => void,
  disabled = false,
): TemplateResult {
  const onChange = (event: Event): void => {
    const option = options[(event.target as EventTarget & { selectedIndex: number }).selectedIndex];
    if (option) onChoice(option[0]);
  };
  return html`<div class="control">
    <span class="muted" aria-hidden="true">${label}</span>
    <vscode-single-select label=${label} aria-label=${label} ?disabled=${disabled} @change=${onChange}>
      ${options.map(([value, name], i) => html`<vscode-option value=${i} ?selected=${value === chosen}>${name}</vscode-option>`)}
    </vscode-single-select>
  </div>`;
}

/** A named whole number. */
export function whole(
  label: string,
  value: number,
  [least, most]: readonly [number, number],
  onChange: (value: number) => void,
): TemplateResult {
  const onInput = ({ target }: Event): void => {
    const wanted = Math.round(Number((target as HTMLInputElement).value));
    if (Number.isFinite(wanted)) onChange(Math.max(least, Math.min(most, wanted)));
  };
  return html`<label class="control">
    <span class="muted">${label}</span>
    <input type="number" min=${least} max=${most} .value=${String(value)} @change=${onInput} />
  </label>`;
}

/** Controls stand in a row, each below its name. */
export const controlStyles = css`
  .controls {
    align-items: flex-end;
    display: flex;
    flex-wrap: wrap;
    gap: 10px 16px;
    margin-bottom: 20px;
  }

  .control {
    display: flex;
    flex-direction: column;
    font-size: 0.92em;
    gap: 4px;
    min-width: 0;
  }

  .control vscode-single-select {
    max-width: 100%;
    width: 150px;
  }

  .wide .control vscode-single-select {
    width: 220px;
  }

  input[type='number'] {
    background: var(--vscode-settings-numberInputBackground, var(--vscode-input-background, transparent));
    border: 1px solid var(--vscode-settings-numberInputBorder, var(--proto-line));
    border-radius: 4px;
    color: var(--vscode-settings-numberInputForeground, var(--vscode-foreground));
    font: inherit;
    font-size: 13px;
    height: 26px;
    padding: 0 6px;
    width: 84px;
  }

  .status {
    margin-bottom: 16px;
  }
`;
