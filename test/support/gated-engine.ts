/**
 * An engine whose work is all waiting: what a test asks it to do ends when the test says so. The service and the
 * messages are those of the real one. It is bundled by `gatedEngine`.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import * as z from 'zod/mini';
import { handler } from '../../src/runtime/engine/handler.ts';
import { type FromEngine, readsOnly, type ToEngine } from '../../src/runtime/engine/messages.ts';
import { EngineService } from '../../src/runtime/engine/service.ts';
import { Cancelled, NeedsWeights, NoRoom, UserError } from '../../src/runtime/errors.ts';
import { type DeviceName, deviceNames } from '../../src/runtime/onnxruntime/device-names.ts';
import { bestDevice, loadModel, openModel, tokenize, tokenTexts } from '../../src/runtime/operations/models.ts';
import { bytes, look, type ModelRequest, modelParameters, operation } from '../../src/runtime/operations/operation.ts';
import type { ModelSummary } from '../../src/runtime/results/models.ts';

const summary: ModelSummary = {
  id: 'model',
  revision: null,
  architecture: 'llama',
  fingerprint: '',
  parameters: 1,
  hiddenSize: 1,
  vocabularySize: 1,
  device: 'cpu',
  deviceReason: 'as chosen',
  otherDevices: [],
  memory: { weights: 0, copies: 0, activations: 0, draft: 0, peak: 0 },
  trains: true,
  memoryRemark: null,
};

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

/** Dies as C++ does when there is no memory. */
export const exhaust = operation<null>()('exhaust', z.object({}));
export const exhaustAgain = operation<null, number>()('exhaustAgain', z.object({}), reached => reached);

/** Works with a model until its gate is opened. */
export const work = operation<string>()('work', z.object({ ...modelParameters, gate: z.string() }));
/** Opens a gate of the process of a model; gives that process's id. */
export const openFor = operation<number>()('openFor', z.object({ ...modelParameters, gate: z.string() }));
/** Looks at a model; gives the id of its process. */
export const glance = look<number>()('glance', z.object(modelParameters));
/** Counts further as `train` does, with a model. */
export const trainOn = operation<number, number>()(
  'trainOn',
  z.object({ ...modelParameters, file: z.string(), end: z.int() }),
  reached => reached,
);
/** A file with the device that "auto" takes; tried anew, it is found to have failed, and the processor stands there. */
const remembered = process.env.GATED_DEVICE;
const taken = (): DeviceName =>
  deviceNames.find(name => remembered && name === readFileSync(remembered, 'utf8')) ?? 'cpu';
/** A model of this name cannot be trained with beside another one, and one named after `vastModel` not at all. */
export const largeModel = 'large';
export const vastModel = 'vast';

function opened({ folder, device }: ModelRequest): ModelSummary | Promise<never> {
  if (folder === 'broken') throw new UserError('There is no such model.');
  return folder === 'slow'
    ? new Promise<never>(() => undefined)
    : { ...summary, device: device === 'auto' ? taken() : device };
}

export function serve(): void {
  const gates = new Map<string, () => void>();
  let sent = 0;
  const trained = (file: string, end: number, more: number, report: (reached: number) => void): Promise<number> => {
    const reached = Number(readFileSync(file, 'utf8')) + more;
    writeFileSync(file, String(reached));
    report(reached);
    return reached === end ? Promise.resolve(reached) : new Promise(() => undefined);
  };
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
    handler(bestDevice, ({ anew }) => {
      if (anew && remembered) writeFileSync(remembered, 'cpu');
      return taken();
    }),
    handler(loadModel, request => {
      if (request.folder.startsWith(largeModel) && !request.alone) throw new NoRoom('it does not fit');
      if (request.folder === vastModel) throw new UserError('There is not enough memory.');
      return opened(request);
    }),
    handler(openModel, opened),
    handler(glance, () => process.pid),
    handler(tokenize, () => []),
    handler(tokenTexts, () => {
      if (process.argv.includes(readsOnly)) throw new NeedsWeights();
      return [String(process.pid)];
    }),
    handler(work, ({ gate }) => new Promise<string>(resolve => gates.set(gate, () => resolve(gate)))),
    handler(openFor, ({ gate }) => {
      gates.get(gate)?.();
      return process.pid;
    }),
    ...[exhaust, exhaustAgain].map(each =>
      handler(each, () => {
        writeSync(2, "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n");
        process.kill(process.pid, 'SIGABRT');
        return null;
      }),
    ),
    handler(give, ({ size }) => new Uint8Array(size)),
    handler(measure, ({ bytes: given }) => ({ length: given.length, sent })),
    handler(train, ({ file, end, stuck }, { report }) => trained(file, end, stuck ? 0 : 1, report)),
    handler(trainOn, ({ file, end }, { report }) => trained(file, end, 1, report)),
  ];
  const service = new EngineService((message: FromEngine) => process.send?.(message), handlers);
  process.on('disconnect', () => process.exit());
  process.on('message', (message: ToEngine) => {
    if (message.type === 'hold') sent++;
    service.receive(message);
  });
}
