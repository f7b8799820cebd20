/** Element types a graph may hold; the names are those of ONNX. */
export type ElementType = 'float32' | 'float16' | 'bfloat16' | 'int8' | 'int32' | 'int64' | 'bool';

/** Static: every extent is a known positive integer. */
export type Shape = readonly number[];

/** What is known of a tensor before it has a name. */
export interface TensorType {
  readonly element: ElementType;
  readonly shape: Shape;
}

/** A value in a graph: the output of a node, an input, a constant or a weight. */
export interface Tensor extends TensorType {
  readonly name: string;
}

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** "float32[2,128,768]", for messages. */
export function describe(type: TensorType): string {
  return `${type.element}[${type.shape.join(',')}]`;
}

/** The extent of an axis; negative axes count from the end. Throws when there is no such axis. */
export function extent(shape: Shape, axis: number): number {
  const found = shape[axis < 0 ? shape.length + axis : axis];
  if (found === undefined) throw new Error(`axis ${axis} of [${shape.join(',')}] does not exist`);
  return found;
}

/**
 * The shape that two shapes broadcast to (NumPy's rule, which is ONNX's), or undefined when they do not.
 */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[a.length - rank + axis] ?? 1;
    const y = b[b.length - rank + axis] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    result.push(Math.max(x, y));
  }
  return result;
}

/** The axes of `wide` along which `narrow` was repeated to reach it. */
export function broadcastAxes(narrow: Shape, wide: Shape): readonly number[] {
  const lead = wide.length - narrow.length;
  return wide.map((_, axis) => axis).filter(axis => axis < lead || narrow[axis - lead] !== wide[axis]);
}
