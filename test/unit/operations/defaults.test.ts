import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import manifest from '../../../package.json';
import { buildProgram } from '../../../src/cli/program.ts';
import { compressionOptions } from '../../../src/runtime/compression/options.ts';
import { connect, lossSurface, probe } from '../../../src/runtime/operations/analyses.ts';
import { modelParameters } from '../../../src/runtime/operations/operation.ts';
import { findSolutions } from '../../../src/runtime/operations/solutions.ts';

const settings: Record<string, unknown> = manifest.contributes.configuration.properties;

/** A declared value as JSON Schema, which the settings of VS Code are written in. */
function schemaOf(declared: z.core.$ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(declared, { io: 'input' });
  return schema;
}

test.each(['arrangement', 'recipe', 'segmentLength', 'seed', 'sharedM'] as const)(
  'the setting %s is what the compression declares',
  name => {
    const { default: usual, enum: names, type, minimum } = schemaOf(compressionOptions.shape[name]);
    expect(settings[`protoTokens.${name}`]).toMatchObject(
      JSON.parse(JSON.stringify({ default: usual, enum: names, type, minimum })),
    );
  },
);

test('the setting budget, which may be left to the recipe, has the limits that are declared', () => {
  const { minimum, maximum } = schemaOf(compressionOptions.shape.budget.def.innerType);
  expect(settings['protoTokens.budget']).toMatchObject({ minimum, maximum, default: null });
});

test('the setting device has the devices that are declared', () => {
  const { default: usual, enum: names } = schemaOf(modelParameters.device);
  expect(settings['protoTokens.device']).toMatchObject({ default: usual, enum: names });
});

test('no setting that leads to a file, a server or a library is heeded in a workspace that is not trusted', () => {
  expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.sort()).toEqual(
    ['cudaFeed', 'libraryPath', 'model', 'saveFolder'].map(name => `protoTokens.${name}`),
  );
});

test('the engine does not stay for more than a day without work', () => {
  expect(settings['protoTokens.engineIdleMinutes']).toMatchObject({ maximum: 1440 });
});

/** The options of a command, by flag, with their defaults. */
function optionsOf(command: string): Record<string, unknown> {
  const found = buildProgram().commands.find(other => other.name() === command);
  return Object.fromEntries(found?.options.map(({ long, defaultValue }) => [long, defaultValue]) ?? []);
}

test('the command line offers what the operations declare, with the same defaults', () => {
  const compress = optionsOf('compress');
  expect(compress).toMatchObject({ '--segment-length': 64, '--arrangement': 'e-m-repeated', '--shared-m': false });
  expect(Object.keys(compress)).toContain('--budget');
  const { steps, grid } = connect.parameters.shape.options.parse({});
  expect(optionsOf('connect')).toMatchObject({ '--steps': steps, '--grid': grid });
  const { tokens } = probe.parameters.shape.options.parse({});
  expect(optionsOf('probe')).toMatchObject({ '--tokens': tokens });
  expect(optionsOf('solutions')).toMatchObject({ '--seeds': findSolutions.parameters.shape.options.parse({}).seeds });
  expect(Object.keys(optionsOf('connect'))).not.toContain('--points');
  expect(lossSurface.parameters.shape.points.def.defaultValue).toBe(25);
});
