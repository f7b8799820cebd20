/** A model that is offered by name before anybody has asked the hub. */
export interface KnownModel {
  readonly id: string;
  readonly parameters: number;
  /** Of what is fetched; the hub's own figure counts. */
  readonly bytes: number;
  /** Whether its owner asks for agreement first. */
  readonly gated: boolean;
  readonly licence: string;
  /** Whether it is one of the six of the paper. */
  readonly inPaper: boolean;
}

const pythia = (size: string, parameters: number, megabytes: number, inPaper: boolean): KnownModel => ({
  id: `EleutherAI/pythia-${size}`,
  parameters,
  bytes: megabytes * 1e6,
  gated: false,
  licence: 'apache-2.0',
  inPaper,
});
const llama = (id: string, parameters: number, megabytes: number, licence: string): KnownModel => ({
  id: `meta-llama/${id}`,
  parameters,
  bytes: megabytes * 1e6,
  gated: true,
  licence,
  inPaper: true,
});
const small = (id: string, parameters: number, megabytes: number, licence = 'apache-2.0'): KnownModel => ({
  id,
  parameters,
  bytes: megabytes * 1e6,
  gated: licence === 'gemma',
  licence,
  inPaper: false,
});

/** The six models of the paper, and small ones of the families that are computed here. */
export const knownModels: readonly KnownModel[] = [
  pythia('160m', 162_322_944, 377, true),
  pythia('410m', 405_334_016, 914, true),
  pythia('1.4b', 1_414_647_808, 2932, true),
  llama('Llama-3.2-1B', 1_235_814_400, 2481, 'llama3.2'),
  llama('Llama-3.2-3B', 3_212_749_824, 6435, 'llama3.2'),
  llama('Llama-3.1-8B', 8_030_261_248, 16_070, 'llama3.1'),
  pythia('70m', 70_426_624, 168, false),
  small('HuggingFaceTB/SmolLM2-135M', 134_515_008, 271),
  small('HuggingFaceTB/SmolLM2-360M', 361_821_120, 726),
  small('HuggingFaceTB/SmolLM2-1.7B', 1_711_376_384, 3425),
  small('TinyLlama/TinyLlama-1.1B-Chat-v1.0', 1_100_048_384, 2202),
  small('openai-community/gpt2', 124_439_808, 550, 'mit'),
  small('Qwen/Qwen2.5-0.5B', 494_032_768, 995),
  small('Qwen/Qwen3-0.6B-Base', 596_049_920, 1204),
  small('google/gemma-3-270m', 268_098_176, 571, 'gemma'),
  small('google/gemma-3-1b-pt', 999_885_952, 2034, 'gemma'),
  small('HuggingFaceTB/SmolLM3-3B-Base', 3_075_098_624, 6167),
];
