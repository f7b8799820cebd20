import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { release } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { PassedOver } from '../results/devices.ts';
import { type DeviceName, deviceNames } from './device-names.ts';

/** Which device is the best, and why not another one. */
export interface ChosenDevice {
  readonly device: DeviceName;
  /** Why this one, in words for the user. */
  readonly reason: string;
  /** Those that come before it in the platform's order. */
  readonly others: readonly PassedOver[];
}

const device = z.enum(deviceNames);
const other = z.object({ device, reason: z.string(), remedy: z.string() });
const kept = z.object({
  ground: z.string(),
  at: z.number(),
  outcome: z.object({ device, reason: z.string(), others: z.array(other) }),
});

/** A device that was missing may be there tomorrow without any of what is looked at having changed. */
const longestMilliseconds = 24 * 60 * 60 * 1000;

/** Where drivers and loaders leave traces of themselves. */
const traces = [
  '/proc/driver/nvidia/version',
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/dev/dri',
  '/dev/nvidia0',
];
const variables = [
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_TF32_OVERRIDE',
  'PROTO_TOKENS_THREADS',
];

/** A hash of what the outcome depends on: the runtime, drivers, settings. Another one means that devices are tried again. */
export async function groundOfDevices(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  const times = await Promise.all(
    [runtime, ...traces].map(path =>
      stat(path).then(
        ({ mtimeMs, size }) => `${path} ${size ? mtimeMs : ''}`,
        () => 'none',
      ),
    ),
  );
  // Its time is that of the present start of the machine; its words name the driver's version.
  const driver = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '');
  const settings = variables.map(name => environment[name] ?? '');
  return createHash('sha256')
    .update(JSON.stringify([process.platform, process.arch, release(), times, driver, settings]))
    .digest('hex');
}

/** Remembers in a file which device was the best. Without a path nothing is remembered. */
export class DeviceMemory {
  constructor(private readonly path: string | undefined = process.env.PROTO_TOKENS_DEVICES) {}

  /** Undefined when nothing is known, or what is known need not hold any more. */
  async recall(now = Date.now()): Promise<ChosenDevice | undefined> {
    if (!this.path) return undefined;
    const text = await readFile(this.path, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { success, data } = kept.safeParse(json);
    if (!success || data.ground !== (await groundOfDevices())) return undefined;
    return now >= data.at && now - data.at < longestMilliseconds ? data.outcome : undefined;
  }

  /** What cannot be written is found out again the next time. */
  async keep(outcome: ChosenDevice, now = Date.now()): Promise<void> {
    const { path } = this;
    if (!path) return;
    const text = JSON.stringify({ ground: await groundOfDevices(), at: now, outcome });
    await mkdir(dirname(path), { recursive: true })
      .then(() => writeFile(path, text))
      .catch(() => undefined);
  }

  /** After the device has failed at work. */
  async forget(): Promise<void> {
    if (this.path) await rm(this.path, { force: true });
  }
}
