export const deviceNames = ['cpu', 'webgpu', 'cuda', 'dml'] as const;
/** Where a graph runs: an execution provider of ONNX Runtime. */
export type DeviceName = (typeof deviceNames)[number];
export const deviceChoices = ['auto', ...deviceNames] as const;
/** What a user may ask for. */
export type DeviceChoice = (typeof deviceChoices)[number];
