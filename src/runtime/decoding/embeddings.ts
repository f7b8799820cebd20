import { type CheckpointTensor, readTensor } from '../models/checkpoint.ts';
import type { FrozenModel } from '../models/frozen-model.ts';

/** The inputs [d] that a model has for its tokens, rows of its embedding matrix, read from its file as they are wanted. */
export class Embeddings {
  private readonly rows = new Map<number, Float32Array>();
  private readonly matrix: CheckpointTensor;
  private readonly scale: number;

  constructor({ config, checkpoint }: FrozenModel) {
    const matrix = checkpoint.tensors.get(config.embedding.name);
    if (!matrix) throw new Error('the checkpoint has no embeddings');
    this.matrix = matrix;
    this.scale = config.embedding.scale;
  }

  async of(id: number): Promise<Float32Array> {
    const known = this.rows.get(id);
    if (known) return known;
    const row = (await readTensor(this.matrix, { first: id, count: 1 })).map(x => x * this.scale);
    this.rows.set(id, row);
    return row;
  }
}
