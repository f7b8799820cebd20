import type { Family } from '../settings.ts';
import { gemma3 } from './gemma3.ts';
import { gptNeoX } from './gpt-neox.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { olmo2 } from './olmo2.ts';
import { qwen2, qwen3 } from './qwen.ts';
import { smolLm3 } from './smollm3.ts';

/** The families that are computed, by `model_type` of config.json. */
export const families: ReadonlyMap<string, Family> = new Map([
  ['gpt_neox', gptNeoX],
  ['llama', llama],
  ['gpt2', gpt2],
  ['qwen2', qwen2],
  ['qwen3', qwen3],
  ['mistral', mistral],
  ['gemma3_text', gemma3],
  ['olmo2', olmo2],
  ['smollm3', smolLm3],
]);
