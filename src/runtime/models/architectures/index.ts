import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { ModelConfig } from '../config.ts';
import type { Weights } from '../weights.ts';
import type { AttentionContext } from './attention.ts';
import { plainContext } from './context.ts';
import { gptNeoX, gptNeoXResidual } from './gpt-neox.ts';
import { llama, llamaResidual } from './llama.ts';
import type { Rows } from './rows.ts';

/**
 * The frozen model's forward pass up to the output projection: rows in, hidden states [batch · positions, d] out.
 *
 * @param context where the rows stand, and what they may look at
 */
export function hiddenStates(
  graph: GraphBuilder,
  config: ModelConfig,
  weights: Weights,
  rows: Rows,
  context: AttentionContext,
): Tensor {
  switch (config.architecture) {
    case 'gpt_neox':
      return gptNeoX(graph, config, weights, rows, context);
    case 'llama':
      return llama(graph, config, weights, rows, context);
  }
}

/** What the first layer leaves of the rows that it is given: [batch · positions, d]. */
export function afterFirstLayer(graph: GraphBuilder, config: ModelConfig, weights: Weights, rows: Rows): Tensor {
  const context = plainContext(graph, config, rows.positions);
  switch (config.architecture) {
    case 'gpt_neox':
      return gptNeoXResidual(graph, { ...config, layers: 1 }, weights, rows, context);
    case 'llama':
      return llamaResidual(graph, { ...config, layers: 1 }, weights, rows, context);
  }
}

/** The matrix [vocabulary, d] whose rows are the input vectors of tokens. */
export function embeddingMatrix(config: ModelConfig): string {
  switch (config.architecture) {
    case 'gpt_neox':
      return 'gpt_neox.embed_in.weight';
    case 'llama':
      return 'model.embed_tokens.weight';
  }
}

/** The matrix [vocabulary, d] that turns hidden states into logits. */
export function outputProjection(config: ModelConfig): string {
  switch (config.architecture) {
    case 'gpt_neox':
      return config.tiedHead ? embeddingMatrix(config) : 'embed_out.weight';
    case 'llama':
      return config.tiedHead ? embeddingMatrix(config) : 'lm_head.weight';
  }
}
