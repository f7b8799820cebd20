import type { InferenceSession } from 'onnxruntime-node';

export const deviceNames = ['cpu', 'webgpu', 'cuda', 'dml'] as const;
/** Where a graph runs: an execution provider of ONNX Runtime. */
export type DeviceName = (typeof deviceNames)[number];
/** What a user may ask for. */
export type DeviceChoice = DeviceName | 'auto';

export function providersOf(device: DeviceName): InferenceSession.ExecutionProviderConfig[] {
  return [device];
}
