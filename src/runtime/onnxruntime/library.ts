import { createRequire } from 'node:module';
import type * as OnnxRuntime from 'onnxruntime-node';

// The official builds send usage data to their maker, on Linux and macOS by default, and keep a device id under the home
// folder. Whether they may is decided once, when the library is loaded: so this stands before it, and every process of
// ours comes by here first.
process.env.ORT_DISABLE_TELEMETRY = '1';

const library = createRequire(import.meta.url)('onnxruntime-node') as typeof OnnxRuntime;

export const { InferenceSession, Tensor, listSupportedBackends } = library;
