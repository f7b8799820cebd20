import { type InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { messageOf, UserError } from '../errors.ts';
import type { DeviceName } from './device-names.ts';

export function providersOf(device: DeviceName): InferenceSession.ExecutionProviderConfig[] {
  return [device];
}

/** Devices whose provider comes with this build of the runtime or could be added to it, the CPU last. */
export function devicesToTry(): DeviceName[] {
  const known = new Set(listSupportedBackends().map(({ name }) => name));
  return (['cuda', 'dml', 'webgpu', 'cpu'] as const).filter(device => known.has(device));
}

const hints: Readonly<Record<DeviceName, string>> = {
  cpu: 'Please report this.',
  webgpu:
    'It needs a graphics driver with Vulkan, Metal or Direct3D 12 (on Linux also libvulkan1); or choose the device "cpu".',
  cuda: 'It needs the runtime\'s CUDA provider (the command "Add CUDA Support", or "npm run install-cuda"), CUDA 12 or 13 and cuDNN 9 on the library path; or choose the device "webgpu" or "cpu".',
  dml: 'DirectML exists on Windows only; choose the device "webgpu" or "cpu".',
};

/** A sentence on why a device cannot be used, from what the runtime said. */
export function deviceError(device: DeviceName, thrown: unknown): UserError {
  const reason =
    messageOf(thrown)
      .split('\n')[0]
      ?.replace(/^.*was false\. /, '')
      .slice(0, 200) ?? '';
  return new UserError(`The device "${device}" cannot be used here (${reason.trim()}). ${hints[device]}`);
}
