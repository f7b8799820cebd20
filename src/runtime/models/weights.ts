import type { GraphBuilder } from '../graph/graph.ts';
import type { ElementType, Tensor } from '../graph/tensor.ts';
import type { Checkpoint, CheckpointTensor } from './checkpoint.ts';

const elements: Readonly<Record<string, ElementType>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

/** The frozen weights of a checkpoint, as they are needed by a graph: by name, where they lie in the user's files. */
export class Weights {
  constructor(
    private readonly graph: GraphBuilder,
    private readonly checkpoint: Checkpoint,
    /** Whether the runtime may join matrices when it loads the graph: it makes a copy of them. */
    readonly mayJoin = false,
  ) {}

  /** A whole tensor, as float32. */
  get(name: string): Tensor {
    const found = this.find(name);
    return this.slice(found, 0, found.shape[0] ?? 1);
  }

  /** Rows of a matrix [n,d] in consecutive parts of at most `rowsPerPart`, as float32. */
  parts(name: string, rowsPerPart: number): Tensor[] {
    const found = this.find(name);
    const rows = found.shape[0] ?? 1;
    const parts: Tensor[] = [];
    for (let first = 0; first < rows; first += rowsPerPart)
      parts.push(this.slice(found, first, Math.min(rows, first + rowsPerPart)));
    return parts;
  }

  private find(name: string): CheckpointTensor {
    const found = this.checkpoint.tensors.get(name);
    if (!found) throw new Error(`the checkpoint has no tensor ${name}`);
    return found;
  }

  private slice(
    { name, dtype, shape, file, offset, byteLength }: CheckpointTensor,
    first: number,
    end: number,
  ): Tensor {
    const element = elements[dtype];
    if (!element) throw new Error(`${name} is ${dtype}`);
    const bytesPerRow = byteLength / (shape[0] ?? 1);
    const whole = end - first === (shape[0] ?? 1);
    return this.graph.weight(
      whole ? name : `${name}[${first}:${end}]`,
      { element, shape: [end - first, ...shape.slice(1)] },
      { file, offset: offset + first * bytesPerRow, byteLength: (end - first) * bytesPerRow },
    );
  }
}
