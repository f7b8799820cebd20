import type { DeviceName } from '../onnxruntime/device-names.ts';

export interface ModelSummary {
  readonly id: string;
  readonly revision: string | null;
  readonly architecture: string;
  readonly fingerprint: string;
  readonly parameters: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  readonly device: DeviceName;
  /** Why this device, in words. */
  readonly deviceReason: string;
  /** Whether weights are packed for speed, or left in the file for want of memory. */
  readonly packedWeights: boolean;
}
