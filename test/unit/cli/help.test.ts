import { expect, test } from 'vitest';
import { version } from '../../../package.json';
import { buildProgram } from '../../../src/cli/program.ts';
import { output } from '../../support/command-line.ts';

/** All commands that do something, with those under other commands. */
const commands = (within = buildProgram()): readonly ReturnType<typeof buildProgram>[] =>
  within.commands.flatMap(command => (command.commands.length ? commands(command) : [command]));

test('help shows no default that says nothing, none twice, and no path of this machine', () => {
  for (const command of commands()) {
    const help = command.helpInformation().replace(/\s+/g, ' ');
    expect(help, command.name()).not.toMatch(/default: (false|\[|\{|""|\/|[A-Z]:)/);
    expect(help, command.name()).not.toMatch(/\(default: [^)]*\) \((choices|default)/);
  }
  const [compress] = commands().filter(command => command.name() === 'compress');
  expect(compress?.helpInformation().replace(/\s+/g, ' ')).toContain(
    '(choices: lbfgs, lbfgs-draft, paper; default: lbfgs)',
  );
});

test('says its version, which files name', async () => {
  expect((await output(['--version'])).toString()).toBe(`${version}\n`);
});
