import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** Called by VS Code inside the extension host; rejects when a test fails. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 600_000, slow: 60_000, color: false });
  for (const name of readdirSync(__dirname)) if (name.endsWith('.spec.cjs')) mocha.addFile(join(__dirname, name));
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures) throw new Error(`${failures} tests failed in the extension host`);
}
