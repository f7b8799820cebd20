/**
 * An engine whose work is all waiting: what a test asks it to do ends when the test says so. The service and the
 * messages are those of the real one. It is bundled by `gatedEngine`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { handler } from '../../src/runtime/engine/handler.ts';
import type { FromEngine, ToEngine } from '../../src/runtime/engine/messages.ts';
import { EngineService } from '../../src/runtime/engine/service.ts';
import { Cancelled, UserError } from '../../src/runtime/errors.ts';
import { bytes, operation } from '../../src/runtime/operations/operation.ts';

/** Waits until its gate is opened; heeds a cancellation, or does not. */
export const wait = operation<string>()('wait', z.object({ gate: z.string(), heeds: z.boolean() }));
export const open = operation<null>()('open', z.object({ gate: z.string() }));
/** Gives so many bytes. */
export const give = operation<Uint8Array>()('give', z.object({ size: z.int() }));
/** Length of some bytes, and how often bytes were sent to be held. */
export const measure = operation<{ readonly length: number; readonly sent: number }>()('measure', z.object({ bytes }));
/** Counts one further in its file, tells of it and then hangs, unless it has come to the end. */
export const train = operation<number, number>()(
  'train',
  z.object({ file: z.string(), end: z.int(), stuck: z._default(z.boolean(), false) }),
  reached => reached,
);

export function serve(): void {
  const gates = new Map<string, () => void>();
  let sent = 0;
  const handlers = [
    handler(
      wait,
      ({ gate, heeds }, { signal }) =>
        new Promise<string>((resolve, reject) => {
          gates.set(gate, () => resolve(gate));
          if (heeds) signal.addEventListener('abort', () => reject(new Cancelled()));
        }),
    ),
    handler(open, ({ gate }) => {
      const opened = gates.get(gate);
      if (!opened) throw new UserError(`Nothing waits at ${gate}.`);
      opened();
      return null;
    }),
    handler(give, ({ size }) => new Uint8Array(size)),
    handler(measure, ({ bytes: given }) => ({ length: given.length, sent })),
    handler(train, ({ file, end, stuck }, { report }) => {
      const reached = Number(readFileSync(file, 'utf8')) + (stuck ? 0 : 1);
      writeFileSync(file, String(reached));
      report(reached);
      return reached === end ? reached : new Promise<number>(() => undefined);
    }),
  ];
  const service = new EngineService((message: FromEngine) => process.send?.(message), handlers);
  process.on('disconnect', () => process.exit());
  process.on('message', (message: ToEngine) => {
    if (message.type === 'hold') sent++;
    service.receive(message);
  });
}
