import { placeOf } from '../models/folder-name.ts';
import type { DeviceChoice, DeviceName } from '../onnxruntime/device-names.ts';
import type { ModelRequest, Operation } from '../operations/operation.ts';
import type { EngineClient } from './client.ts';

/** What a call wants of a model. */
export interface Wanted {
  readonly request: ModelRequest;
  /** Whether it only looks at it. */
  readonly looks: boolean;
}

/** By the device that was asked for, and whether for looks only. */
type Way = `${DeviceChoice} ${'looks' | 'trains'}`;

/**
 * The process of one model on one device, however that was asked for. It ends with that process: whatever goes on then is
 * asked of another one, which may take another device.
 */
export interface Computing {
  readonly folder: string;
  /** Where the model really lies. */
  readonly place: string;
  readonly client: EngineClient;
  /** Undefined while it is not known yet what "auto" takes. */
  device: DeviceName | undefined;
  /**
   * Resolves when the model has been opened and found to fit, to whether this is the process for it; undefined where that
   * has failed, or has to be asked again.
   */
  readonly ready: Map<Way, Promise<boolean> | undefined>;
  /** Requests that have been told of as loaded. */
  readonly told: ModelRequest[];
  /** Calls that live in it. */
  users: number;
}

export const wayOf = ({ request: { device }, looks }: Wanted): Way => `${device} ${looks ? 'looks' : 'trains'}`;

/** Whether a process has been asked for by a device, in whichever way. */
export const asked = ({ ready }: Computing, device: DeviceChoice): boolean =>
  ready.has(`${device} looks`) || ready.has(`${device} trains`);

/** Whether it has opened its model, or is about to. */
export const isOpen = ({ ready }: Computing): boolean => [...ready.values()].some(opening => opening !== undefined);

/** Whether a request is for the model and the device of a process. */
export const serves = (engine: Computing, { folder, device }: ModelRequest): boolean =>
  engine.place === placeOf(folder) && (asked(engine, device) || engine.device === device);

/** What a call wants of a model; undefined for one that needs none. */
export function wantedBy({ looks }: Pick<Operation, 'looks'>, parameters: object): Wanted | undefined {
  if (!('folder' in parameters) || typeof parameters.folder !== 'string') return undefined;
  const device = 'device' in parameters ? (parameters.device as ModelRequest['device']) : undefined;
  return { request: { folder: parameters.folder, device: device ?? 'auto' }, looks };
}

/** All bytes among the parameters of a call. */
export function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(bytesIn);
}
