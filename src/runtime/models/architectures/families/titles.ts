/** The families that are computed, by `model_type` of config.json, as people know them and with some of their models. */
export const familyTitles = {
  gpt_neox: 'GPT-NeoX (Pythia)',
  llama: 'Llama (Llama 3, SmolLM2, TinyLlama)',
  gpt2: 'GPT-2',
  qwen2: 'Qwen2 (also 2.5)',
  qwen3: 'Qwen3',
  mistral: 'Mistral',
  gemma3_text: 'Gemma 3 (text only)',
  olmo2: 'OLMo 2',
  smollm3: 'SmolLM3',
} as const;

export type FamilyName = keyof typeof familyTitles;

/** All of them in a sentence. */
export const familiesText = new Intl.ListFormat('en', { type: 'conjunction' }).format(Object.values(familyTitles));

/** The family of a `model_type`; undefined when it is none of these. */
export const familyOf = (type: string): FamilyName | undefined =>
  (Object.keys(familyTitles) as FamilyName[]).find(known => known === type);

/** The family of a `model_type` as people know it, or that it is not computed here. */
export function familyText(type: string): string {
  const known = familyOf(type);
  return known ? familyTitles[known] : `"${type}", which is not computed here`;
}
