import { name } from '../../package.json';
import { cannotBeWritten } from '../runtime/files/atomic.ts';
import { honourProxies } from '../runtime/models/hub/proxies.ts';
import { guarded } from './command.ts';
import { buildProgram } from './program.ts';

const isGone = (error: Error): boolean => 'code' in error && error.code === 'EPIPE';

// Whoever reads the output may have seen enough (`| head`): that is no fault of anybody.
process.stdout.on('error', error => {
  if (isGone(error)) process.exit();
  process.stderr.write(`${cannotBeWritten('The output', error).message}\n`, () => process.exit(1));
});
// Whoever reads the progress may be gone, too; the work is not for them.
process.stderr.on('error', error => {
  if (!isGone(error)) throw error;
});

// npm runs the scripts of a clone in its root; paths are meant from the folder where a person has typed them.
const { INIT_CWD: typedIn, npm_lifecycle_event: script, npm_package_name: owner } = process.env;
if (typedIn !== undefined && script === 'cli' && owner === name) process.chdir(typedIn);

await honourProxies();
await guarded(async () => void (await buildProgram().parseAsync()));
