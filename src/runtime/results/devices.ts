import type { DeviceName } from '../onnxruntime/device-names.ts';

/** What was found out about a device by computing on it. */
export interface DeviceState {
  readonly device: DeviceName;
  /** `used`: the one that "auto" takes. `slower`: works, and is slower or later in the order. `absent`: not in this build of the runtime. */
  readonly state: 'used' | 'slower' | 'unusable' | 'absent';
  /** Billions of floating-point operations per second in one matrix product; null where none could be computed. */
  readonly gigaflops: number | null;
  /** Why it is not used; empty for the one that is. */
  readonly reason: string;
  /** What to do to be able to use it; empty where there is nothing to be done. */
  readonly remedy: string;
}

/** A device that was passed over when one was chosen. */
export interface PassedOver {
  readonly device: DeviceName;
  readonly reason: string;
  /** Empty where nothing is to be done. */
  readonly remedy: string;
}
