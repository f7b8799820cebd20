import { buildProgram } from './program.ts';

// Whoever reads the output may have seen enough (`| head`): that is no fault of anybody.
process.stdout.on('error', error => {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
  process.exit();
});

await buildProgram().parseAsync();
