import type { TextToken } from '../../src/runtime/results/tokens.ts';
import { visible } from '../format.ts';

const template = document.createElement('span');
template.className = 'chip unknown';
template.setAttribute('role', 'button');
template.tabIndex = -1;

const whiteSpace = /[ \n\r\t]+/g;

/** White space inside a token, as faint signs. */
function addPieces(chip: HTMLElement, text: string): void {
  let end = 0;
  for (const { 0: space, index } of text.matchAll(whiteSpace)) {
    chip.append(text.slice(end, index));
    const sign = document.createElement('span');
    sign.className = 'space';
    sign.textContent = visible(space);
    chip.append(sign);
    end = index + space.length;
  }
  chip.append(text.slice(end));
}

/** A token as an element that knows its index. The commonest white space, one in front, costs no element. */
export function makeChip(token: TextToken, index: number): HTMLElement {
  const chip = template.cloneNode() as HTMLElement;
  chip.dataset.index = String(index);
  const { text } = token;
  const spaced = text.length > 1 && text.startsWith(' ') && !whiteSpaceAt(text, 1);
  if (spaced) chip.dataset.space = '';
  addPieces(chip, spaced ? text.slice(1) : text);
  return chip;
}

const whiteSpaceAt = (text: string, position: number): boolean => /[ \n\r\t]/.test(text[position] ?? '');

/** Line breaks that a token brings to the page. */
export const lineBreaks = (token: TextToken): number => token.text.split('\n').length - 1;
