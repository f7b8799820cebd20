import { afterEach, describe, expect, test } from 'vitest';
import { demandFullPrecision } from '../../../src/runtime/onnxruntime/device.ts';

describe('products on CUDA', () => {
  afterEach(() => {
    delete process.env.NVIDIA_TF32_OVERRIDE;
  });

  test('are asked to be exact, unless somebody has asked for something else', () => {
    demandFullPrecision('webgpu');
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBeUndefined();
    demandFullPrecision('cuda');
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBe('0');
    process.env.NVIDIA_TF32_OVERRIDE = '1';
    demandFullPrecision('cuda');
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBe('1');
  });
});
