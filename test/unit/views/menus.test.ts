import { expect, test } from 'vitest';
import manifest from '../../../package.json';

const { menus, keybindings } = manifest.contributes;

test('a key of a list does not reach what is typed into the search of that list', () => {
  const ofViews = keybindings.filter(({ when }) => when.includes('focusedView'));
  expect(ofViews.map(({ command }) => command)).toContain('protoTokens.removeJob');
  for (const { when } of ofViews) expect(when).toContain('!inputFocus');
});

test('what needs a result is offered in an editor only where a text has one', () => {
  const needs = ['save', 'trainLonger', 'decodeResult', 'breakIt', 'lookInside'].map(name => `protoTokens.${name}`);
  const offered = menus['protoTokens.editor'].filter(({ command }) => needs.includes(command));
  expect(offered).toHaveLength(needs.length);
  for (const { when } of offered) expect(when).toBe('protoTokens.hasResult');
  // These need no more than the text, which may be training still.
  const others = menus['protoTokens.editor'].filter(({ when }) => when === 'protoTokens.hasText');
  expect(others.map(({ command }) => command)).toEqual(
    ['tryArrangement', 'trySeed', 'showPanel'].map(name => `protoTokens.${name}`),
  );
});

test('what compares .proto files is not offered on a file of solutions', () => {
  const offered = menus['view/item/context'].filter(({ command }) => /compare(Files|Solutions)$/.test(command));
  expect(offered).toHaveLength(2);
  for (const { when } of offered) expect(when).toContain('viewItem == protoFile');
});
