import { z } from 'zod';
import type { SafetensorsHeader, TensorToWrite } from '../files/safetensors.ts';

/** The typed arrays that plain data may hold. */
type Vector = Float32Array | Int32Array;
const isVector = (value: unknown): value is Vector => value instanceof Float32Array || value instanceof Int32Array;

const referenceSchema = z.strictObject({ tensor: z.string() });

/**
 * Plain data as JSON in which `{"tensor": NAME}` stands for each typed array, and the arrays as tensors, each named by its
 * place in the data: `entries.0.state.attempt.solver.vectors.point`.
 */
export function pack(data: unknown): { readonly json: string; readonly tensors: readonly TensorToWrite[] } {
  const tensors: TensorToWrite[] = [];
  const packed = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (isVector(value)) {
      const name = path.join('.');
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      tensors.push({ name, dtype: value instanceof Float32Array ? 'F32' : 'I32', shape: [value.length], bytes });
      return { tensor: name };
    }
    if (Array.isArray(value)) return value.map((item, i) => packed(item, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, packed(item, [...path, name])]));
  };
  return { json: JSON.stringify(packed(data, [])), tensors };
}

/**
 * The data from which `pack` made these. The arrays are copies.
 *
 * @param file the bytes in which the tensors lie, and its header
 * @throws Error when the JSON or a reference in it is damaged.
 */
export function unpack(json: string, file: Uint8Array, { tensors }: SafetensorsHeader): unknown {
  const unpacked = (value: unknown): unknown => {
    const reference = referenceSchema.safeParse(value);
    if (reference.success) {
      const stored = tensors.get(reference.data.tensor);
      if (stored?.dtype !== 'F32' && stored?.dtype !== 'I32') throw new Error(`no vector ${reference.data.tensor}`);
      const { buffer } = Uint8Array.from(file.subarray(stored.begin, stored.end));
      return stored.dtype === 'F32' ? new Float32Array(buffer) : new Int32Array(buffer);
    }
    if (Array.isArray(value)) return value.map(unpacked);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unpacked(item)]));
  };
  return unpacked(JSON.parse(json));
}
