import { describe, expect, test } from 'vitest';
import { writtenNodes } from '../../../bench/kernels.ts';
import { computations } from '../../fixtures/names.ts';

const devices = ['cpu', 'cuda', 'webgpu'] as const;

/**
 * Nodes of a layer, forward and backward, that compute something: on a card each is a launch, and a small model's step is
 * bound by their number. Whoever needs one more says so here and in docs/measurements.md.
 */
const most: Readonly<Record<(typeof computations)[number], Readonly<Record<(typeof devices)[number], number>>>> = {
  'neox-parallel-f32': { cpu: 75, cuda: 75, webgpu: 75 },
  'neox-sequential-f16': { cpu: 73, cuda: 73, webgpu: 73 },
  'gpt2-tied-f32': { cpu: 73, cuda: 73, webgpu: 73 },
  'llama-tied-bf16': { cpu: 73, cuda: 67, webgpu: 77 },
  'qwen2-tied-bf16': { cpu: 73, cuda: 67, webgpu: 77 },
  'qwen3-sharded-f16': { cpu: 89, cuda: 83, webgpu: 103 },
  'mistral-window-bf16': { cpu: 73, cuda: 67, webgpu: 77 },
  'gemma3-tied-bf16': { cpu: 114, cuda: 108, webgpu: 138 },
  'olmo2-f32': { cpu: 89, cuda: 89, webgpu: 109 },
  'smollm3-tied-f16': { cpu: 72, cuda: 66, webgpu: 76 },
};
/** With one part of the vocabulary; those of the processor's rotary tables are among them. */
const mostBesideLayers = 85;

describe.each(computations)('a step of %s', family => {
  test.each(devices)('has no more nodes than it had, written for %s', async device => {
    const { computing, rest } = await writtenNodes(family, device);
    expect(computing).toBeLessThanOrEqual(most[family][device]);
    expect(rest).toBeLessThanOrEqual(mostBesideLayers);
  });
});
