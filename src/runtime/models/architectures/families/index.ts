import type { Family } from '../settings.ts';
import { gemma3 } from './gemma3.ts';
import { gptNeoX } from './gpt-neox.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { olmo2 } from './olmo2.ts';
import { qwen2, qwen3 } from './qwen.ts';
import { smolLm3 } from './smollm3.ts';
import type { FamilyName } from './titles.ts';

/** The families that are computed, by `model_type` of config.json. */
export const families: Readonly<Record<FamilyName, Family>> = {
  gpt_neox: gptNeoX,
  llama,
  gpt2,
  qwen2,
  qwen3,
  mistral,
  gemma3_text: gemma3,
  olmo2,
  smollm3: smolLm3,
};
