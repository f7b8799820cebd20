import { expect, test } from 'vitest';
import { parseSettings } from '../../../src/runtime/experiments/given-settings.ts';
import { experimentOf } from '../../../src/runtime/experiments/index.ts';
import { expectOneSentence, userErrorOf } from '../../support/user-error.ts';

test('settings are read as they are written, and one value is a list where a list is wanted', () => {
  const given = parseSettings('  lengths=8,16 texts=4\n recipe=paper shared=m ');
  expect(given).toEqual({ lengths: [8, 16], texts: 4, recipe: 'paper', shared: 'm' });
  expect(experimentOf('capacity').choose('quick', given).settings).toMatchObject({ ...given, shared: ['m'] });
  expect(experimentOf('capacity').choose('paper', parseSettings('lengths=4')).settings).toMatchObject({
    ...{ lengths: [4], texts: 50, recipe: 'paper' },
  });
  expect(parseSettings(' ')).toEqual({});
});

test.each(['texts', '=4', 'texts='])('%s is no setting', async text => {
  const sentence = await userErrorOf(() => parseSettings(text));
  expectOneSentence(sentence);
  expect(sentence).toContain('NAME=VALUE');
});

test('a value of a list that is not allowed is named by its setting', () => {
  const choose = (text: string) => () => experimentOf('capacity').choose('quick', parseSettings(text));
  expect(choose('lengths=0')).toThrow(/^The option lengths is not valid: too small.*>=1\.$/);
  expect(choose('lengths=4,a')).toThrow(/^The option lengths is not valid: .*\.$/);
});
