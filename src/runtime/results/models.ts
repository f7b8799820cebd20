import type { DeviceName } from '../onnxruntime/device-names.ts';
import type { PassedOver } from './devices.ts';

/** Bytes of memory; of a card for work on a card. */
export interface MemoryNeed {
  /** Of the weights as they are held: float32 numbers, or a map of their file. */
  readonly weights: number;
  /** Of copies: packed for the processor's products, or the float32 ones that 16-bit matrices have for a moment. */
  readonly copies: number;
  /** What a training run keeps between its forward and its backward pass. */
  readonly activations: number;
  /** Of the weights at low precision with which a training is drafted, and of its activations; 0 where nothing is drafted. */
  readonly draft: number;
  /** The most that is needed at one time. */
  readonly peak: number;
}

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
  /** Devices that come before it in the platform's order, and why they are not used. */
  readonly otherDevices: readonly PassedOver[];
  /** Whether there is memory to train with it. */
  readonly trains: boolean;
  /** Bytes of memory that training needs as it was planned. */
  readonly memory: MemoryNeed;
  /** What was chosen for want of memory, or what would do, a sentence; null where nothing had to be. */
  readonly memoryRemark: string | null;
}

/** How far a download is, over all files together. */
export interface FetchProgress {
  readonly bytes: number;
  readonly of: number;
}

/** A model that has been fetched. */
export interface FetchedModel {
  readonly id: string;
  /** Commit that the revision led to. */
  readonly revision: string;
  readonly folder: string;
}

/** What the hub says of a model. */
export interface HubModel {
  readonly id: string;
  /** Commit that the revision leads to now. */
  readonly revision: string;
  readonly gated: boolean;
  /** Identifier of the licence; null where none is given. */
  readonly licence: string | null;
  /** `model_type` of its config.json, which names the family; null where the hub does not say. */
  readonly type: string | null;
  /** As the hub counts them; null where it has not. */
  readonly parameters: number | null;
  /** Bytes of what would be fetched; null when it cannot be used here. */
  readonly bytes: number | null;
  /** Why it cannot be used here; null when nothing is known against it. */
  readonly problem: string | null;
}
