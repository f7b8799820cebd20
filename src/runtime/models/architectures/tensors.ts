import type { Linear, ModelConfig } from './description.ts';

type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

function linear({ layout }: ModelConfig, prefix: string, { name, inputs, outputs, bias }: Linear): Shapes {
  const weight = layout === 'out-in' ? [outputs, inputs] : [inputs, outputs];
  return [[`${prefix}.${name}.weight`, weight], ...(bias ? ([[`${prefix}.${name}.bias`, [outputs]]] as const) : [])];
}

function norm({ norm: { kind } }: ModelConfig, name: string, width: number): Shapes {
  return [[`${name}.weight`, [width]], ...(kind === 'layer' ? ([[`${name}.bias`, [width]]] as const) : [])];
}

function layer(config: ModelConfig, index: number): Shapes {
  const { norms, projections, queryKeyNorm, attentionOutput, feedForward, hiddenSize, headSize } = config;
  const prefix = layerName(config, index);
  const maps = 'fused' in projections ? [projections.fused] : [projections.query, projections.key, projections.value];
  const { gate, up, down } = feedForward;
  const width = (heads: number): number => (queryKeyNorm?.over === 'head' ? headSize : heads * headSize);
  return [
    ...Object.values(norms).flatMap((name: string | null) =>
      name === null ? [] : norm(config, `${prefix}.${name}`, hiddenSize),
    ),
    ...(queryKeyNorm ? norm(config, `${prefix}.${queryKeyNorm.query}`, width(config.heads)) : []),
    ...(queryKeyNorm ? norm(config, `${prefix}.${queryKeyNorm.key}`, width(config.keyValueHeads)) : []),
    ...[...maps, attentionOutput, ...(gate ? [gate] : []), up, down].flatMap(map => linear(config, prefix, map)),
  ];
}

/** What the names of a layer's tensors begin with. */
export const layerName = ({ layerNames }: ModelConfig, index: number): string => `${layerNames}.${index}`;

/** Name and shape of every weight that a model of this configuration has; other tensors of a checkpoint are not used. */
export function expectedTensors(config: ModelConfig): Shapes {
  const { vocabularySize, hiddenSize, maximumPositions, embedding, positionEmbedding, head } = config;
  return [
    [embedding.name, [vocabularySize, hiddenSize]],
    ...(positionEmbedding ? ([[positionEmbedding, [maximumPositions, hiddenSize]]] as const) : []),
    ...Array.from({ length: config.layers }, (_, index) => layer(config, index)).flat(),
    ...norm(config, config.finalNorm, hiddenSize),
    ...(head === embedding.name ? [] : ([[head, [vocabularySize, hiddenSize]]] as const)),
  ];
}
