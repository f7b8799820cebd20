import type { InferenceSession } from 'onnxruntime-node';
import { cudaObstacle } from '../cuda/obstacle.ts';
import { messageOf, UserError } from '../errors.ts';
import type { DeviceName } from './device-names.ts';
import { listSupportedBackends } from './library.ts';

export function providersOf(device: DeviceName): InferenceSession.ExecutionProviderConfig[] {
  return [device];
}

/**
 * Makes the products of a device as exact as the processor's. CUDA would round their factors to 10 bits (TensorFloat-32):
 * a third faster at most, and of 128 tokens that were learned so one came out wrong on another device. The runtime reads
 * the variable when it first opens the device; whoever sets it to 1 gets the rounding.
 */
export function demandFullPrecision(device: DeviceName): void {
  if (device === 'cuda') process.env.NVIDIA_TF32_OVERRIDE ??= '0';
}

/** Devices whose provider comes with this build of the runtime or could be added to it, the CPU last. */
export function devicesToTry(): DeviceName[] {
  const known = new Set(listSupportedBackends().map(({ name }) => name));
  return (['cuda', 'dml', 'webgpu', 'cpu'] as const).filter(device => known.has(device));
}

const hints: Readonly<Record<Exclude<DeviceName, 'cuda'>, string>> = {
  cpu: 'Please report this.',
  webgpu:
    'It needs a graphics driver with Vulkan, Metal or Direct3D 12 (on Linux also libvulkan1); or choose the device "cpu".',
  dml: 'DirectML exists on Windows only; choose the device "webgpu" or "cpu".',
};

const otherDevices = 'or choose the device "webgpu" or "cpu".';

/** What is wrong and what to do, when CUDA cannot be used. */
function cudaProblem(reason: string): readonly [reason: string, hint: string] {
  const obstacle = cudaObstacle();
  switch (obstacle?.lacking) {
    case 'platform':
      return [reason, 'The runtime has it on Linux with x64 processors only; choose the device "webgpu" or "cpu".'];
    case 'provider':
      return [
        "the runtime's CUDA provider is not installed",
        `The command "Add CUDA Support", or "npm run install-cuda" in a clone, installs it; ${otherDevices}`,
      ];
    case 'library':
      return [
        `${obstacle.library}, a library of CUDA, is not found`,
        `Install CUDA (the number at the end is its version; libcuda.so.1 comes with the driver) and name the folder of its libraries in the setting "Library Path" or in LD_LIBRARY_PATH; ${otherDevices}`,
      ];
    default:
      return [reason, `It needs an NVIDIA card and a driver as new as CUDA; ${otherDevices}`];
  }
}

/** Why a device cannot be used, from what the runtime said, and what to do. */
export function deviceProblem(
  device: DeviceName,
  thrown: unknown,
): { readonly reason: string; readonly remedy: string } {
  const said =
    messageOf(thrown)
      .split('\n')[0]
      ?.replace(/^.*was false\. /, '')
      .slice(0, 200)
      .trim() ?? '';
  const [reason, remedy] = device === 'cuda' ? cudaProblem(said) : [said, hints[device]];
  return { reason, remedy };
}

/** A sentence on why a device cannot be used, from what the runtime said. */
export function deviceError(device: DeviceName, thrown: unknown): UserError {
  const { reason, remedy } = deviceProblem(device, thrown);
  return new UserError(`The device "${device}" cannot be used here (${reason}). ${remedy}`);
}
