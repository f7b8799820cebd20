import type { ElementType, Shape, Tensor } from './tensor.ts';

type None = Readonly<Record<never, never>>;
interface Reduction {
  /** Non-negative axes; they stay in the result with extent 1. */
  readonly axes: readonly number[];
}

interface Normalization {
  readonly epsilon: number;
}

/**
 * Operators that become one ONNX node of the same name, and their attributes. Each runs on the CPU, CUDA and WebGPU
 * providers for the element types that we use (`test/unit/graph/providers.test.ts` pins the list).
 */
export interface PrimitiveAttributes {
  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  Max: None;
  Min: None;
  Exp: None;
  Log: None;
  Sqrt: None;
  Reciprocal: None;
  Erf: None;
  /** (x, scale, shift), rows along the last axis -> (y, mean, 1/deviation); the last two keep the axis with extent 1. */
  LayerNormalization: Normalization;
  /** (x, scale), rows along the last axis -> (y, 1/root mean square). Not part of ONNX itself, as the next one. */
  SimplifiedLayerNormalization: Normalization;
  /** (x [batch, heads, n, headSize], first row of the tables int64 [1], cosine and sine of each angle [n, angles]). */
  RotaryEmbedding: { readonly heads: number; readonly turning: number };
  Sigmoid: None;
  Equal: None;
  Greater: None;
  Where: None;
  Cast: { readonly to: ElementType };
  MatMul: None;
  /** A [m,k] times B ([k,n], or [n,k] when transposed), plus an optional row [n] or matrix [m,n]. */
  Gemm: { readonly transposeB: boolean };
  /** The nearest int8 of x / scale, with one scale [n] for each index of the axis. */
  QuantizeLinear: { readonly axis: number };
  /**
   * x [m,k], of which all numbers are rounded to 8 bits of their common range, times int8 [k,n] whose columns have the
   * scales [n]. Not part of ONNX itself: the runtime has it on the CPU.
   */
  DynamicQuantizeMatMul: None;
  Reshape: { readonly shape: Shape };
  Transpose: { readonly permutation: readonly number[] };
  Concat: { readonly axis: number };
  Split: { readonly axis: number; readonly sizes: readonly number[] };
  /** What lies along an axis from an index on, before another. */
  Slice: { readonly axis: number; readonly first: number; readonly end: number };
  Softmax: { readonly axis: number };
  ReduceSum: Reduction;
  ReduceMax: Reduction;
  ReduceMin: Reduction;
  ReduceMean: Reduction;
  /** Index of the first greatest element along the axis, int64, axis kept with extent 1. */
  ArgMax: { readonly axis: number };
  /** Whole rows (slices of axis 0) by index. */
  Gather: None;
  /** Single elements along an axis, one for each element of the index tensor. */
  GatherElements: { readonly axis: number };
}

/**
 * Operators with a closed-form gradient that reuses what the forward pass stored. They are lowered to primitives
 * before serialization.
 */
export interface CompositeAttributes {
  /** (x [...,d], scale [d], shift [d]) -> (y, normalized x, 1/deviation [...,1]) */
  LayerNorm: Normalization;
  /** (x [...,d], scale [d]) -> (y, normalized x, 1/root mean square [...,1]) */
  RmsNorm: Normalization;
  /**
   * Turns pairs of numbers in x [batch, heads, n, headSize], which lie `angles` apart in each head, by angles with the
   * given cosine and sine [n, angles]: (x, cosine, sine) -> x of the same shape. What lies beyond the pairs stays.
   */
  Rotate: None;
  /** x -> (x Φ(x), Φ(x), x/√2), with the exact normal distribution function Φ. */
  Gelu: None;
  /** x -> (x σ(z), σ(z), x²) with z = 2 √(2/π) (x + 0.044715 x³): Gelu's approximation by tanh, as (1 + tanh u)/2 = σ(2u). */
  GeluTanh: None;
  /** x -> (x σ(x), σ(x)) */
  Silu: None;
  /** The output projection with its cross-entropy and its own gradient: see cross-entropy.ts. */
  VocabularyCrossEntropy: None;
}

/** Those of the runtime's own operators that may take the place of a composite on a device. */
export interface FusedOperators {
  /** LayerNormalization with all its outputs. */
  readonly layerNorm: boolean;
  /** The first output of SimplifiedLayerNormalization. */
  readonly rmsNorm: boolean;
  /** The second one. */
  readonly inverseOfRmsNorm: boolean;
  readonly rotary: boolean;
}

export const allFused: FusedOperators = { layerNorm: true, rmsNorm: true, inverseOfRmsNorm: true, rotary: true };
export const noneFused: FusedOperators = { layerNorm: false, rmsNorm: false, inverseOfRmsNorm: false, rotary: false };

const linear = 2 * Math.sqrt(2 / Math.PI);
/** The polynomial z = linear · x + cubic · x³ of GeluTanh. */
export const geluTanh = { linear, cubic: 0.044715 * linear } as const;

export type OperatorAttributes = PrimitiveAttributes & CompositeAttributes;
export type PrimitiveName = keyof PrimitiveAttributes;
export type CompositeName = keyof CompositeAttributes;
export type OperatorName = keyof OperatorAttributes;

export interface NodeOf<Name extends OperatorName> {
  readonly operator: Name;
  readonly attributes: OperatorAttributes[Name];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** A bool input of the graph: the node is run only where it is true. */
  readonly condition?: Tensor;
}

export type GraphNode = { [Name in OperatorName]: NodeOf<Name> }[OperatorName];
export type PrimitiveNode = { [Name in PrimitiveName]: NodeOf<Name> }[PrimitiveName];
