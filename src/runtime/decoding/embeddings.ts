import { embeddingMatrix } from '../models/architectures/index.ts';
import { type CheckpointTensor, readTensor } from '../models/checkpoint.ts';
import type { FrozenModel } from '../models/frozen-model.ts';

/** The rows [d] of a model's embedding matrix, read from its file as they are wanted. */
export class Embeddings {
  private readonly rows = new Map<number, Float32Array>();
  private readonly matrix: CheckpointTensor;

  constructor({ config, checkpoint }: FrozenModel) {
    const matrix = checkpoint.tensors.get(embeddingMatrix(config));
    if (!matrix) throw new Error('the checkpoint has no embeddings');
    this.matrix = matrix;
  }

  async of(id: number): Promise<Float32Array> {
    const row = this.rows.get(id) ?? (await readTensor(this.matrix, { first: id, count: 1 }));
    this.rows.set(id, row);
    return row;
  }
}
