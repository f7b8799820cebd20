import type { GraphBuilder } from './graph.ts';
import { extent, type Tensor } from './tensor.ts';

/** What is kept of some part of the vocabulary, for each row; its logits are not. */
interface Part {
  /** Of the rows that are looked at, [looked,part]. */
  readonly logits: Tensor;
  /** Rows of the output projection, [part,d]. */
  readonly projection: Tensor;
  /** softmax(sharpened logits), [n,part] */
  readonly probabilities: Tensor;
  /** The greatest logit, its token (as float32), and its probability in the part, sharpened and plain, [n,1]. */
  readonly best: Tensor;
  readonly predicted: Tensor;
  readonly top: Tensor;
  readonly plainTop: Tensor;
  /** The target's logit, and 0 where it stands in another part, [n,1]. */
  readonly target: Tensor;
}

/** Where the target of each row stands. */
interface Place {
  /** Its index in a part, [n,1] int32; of rows whose target stands in another part any index. */
  readonly index: Tensor;
  /** 1 where it stands in that part, else 0, [n,1]; undefined where there is one part only. */
  readonly inside: Tensor | undefined;
}

/**
 * Cross-entropy through the output projection, one part of the vocabulary at a time, so that no more than a part of the
 * logits [n, vocabulary] need be handed from operator to operator: as in flash attention, with the rows of the projection
 * as keys and as values.
 *
 * With logits l = h Wᵀ, sharpness s and p = softmax(s l), for each row:
 *   loss = log Σ exp(s l) - s l[target];   d loss / d h = s · (Σ p_v W_v - W_target)
 * Parts are merged by their normalizers: the whole's mean row is the mean of the parts' mean rows, weighted by
 * exp(part's log normalizer - whole's). What no output needs is dropped (lowering.ts), all that is sharpened for one.
 *
 * @param hidden [n,d]  @param targets int32 [n,1]  @param sharpness [n,1]
 * @param looked int32 [looked], rows whose logits are returned
 * @param chunks consecutive rows of the projection, each [part,d]
 * @returns nll at sharpness 1 [n,1], predicted ids int32 [n,1], loss [n,1], gradient of the loss by hidden [n,d], and the
 *   logits of every part [looked,part]
 */
export function crossEntropyThroughVocabulary(
  graph: GraphBuilder,
  hidden: Tensor,
  targets: Tensor,
  sharpness: Tensor,
  looked: Tensor,
  chunks: readonly Tensor[],
): readonly Tensor[] {
  const places = targetPlaces(graph, targets, chunks);
  let first = 0;
  const parts: Part[] = [];
  for (const [i, chunk] of chunks.entries()) {
    parts.push(visit(graph, graph.linear(hidden, chunk), { sharpness, looked, place: at(places, i) }, chunk, first));
    first += extent(chunk.shape, 0);
  }
  const column = (of: keyof Part): Tensor =>
    joined(
      graph,
      parts.map(part => part[of]),
    );
  const best = column('best');
  const leading = parts.length > 1 ? graph.apply('ArgMax', [best], { axis: 1 }) : undefined;
  const target = summed(graph, parts, part => part.target);
  const plain = merged(graph, best, column('plainTop'), leading);
  const sharpened = merged(graph, graph.multiply(best, sharpness), column('top'), leading);
  return [
    graph.subtract(plain.logNormalizer, target),
    graph.apply('Cast', [leading ? pick(graph, column('predicted'), leading) : column('predicted')], { to: 'int32' }),
    graph.subtract(sharpened.logNormalizer, graph.multiply(target, sharpness)),
    graph.multiply(graph.subtract(meanRow(graph, parts, sharpened.shares), targetRow(graph, parts, places)), sharpness),
    ...parts.map(({ logits }) => logits),
  ];
}

/** All statistics of one part of the vocabulary with its logits [n,part], whose first token has the id `first`. */
function visit(
  graph: GraphBuilder,
  logits: Tensor,
  { sharpness, looked, place }: { readonly sharpness: Tensor; readonly looked: Tensor; readonly place: Place },
  projection: Tensor,
  first: number,
): Part {
  const greatest = graph.apply('ArgMax', [logits], { axis: 1 });
  const probabilities = graph.softmax(graph.multiply(logits, sharpness));
  // Indices are int64, with which WebGPU cannot compute, and it picks no int32: so ids are looked up as float32, which is
  // exact up to 2 ** 24.
  const length = extent(projection.shape, 0);
  const ids = graph.constant(
    Float32Array.from({ length }, (_, i) => first + i),
    [length],
  );
  return {
    // Here, so that the logits of all parts need not be kept to the end.
    logits: graph.apply('Gather', [logits, looked], {}),
    projection,
    probabilities,
    best: pick(graph, logits, greatest),
    predicted: graph.apply('Gather', [ids, greatest], {}),
    // The greatest probability is 1/Σ exp(logit - greatest logit), so the sum need not be formed again.
    top: pick(graph, probabilities, greatest),
    plainTop: pick(graph, graph.softmax(logits), greatest),
    target: within(graph, pick(graph, logits, place.index), place.inside),
  };
}

/** Where the targets stand in each of the parts. */
function targetPlaces(graph: GraphBuilder, targets: Tensor, chunks: readonly Tensor[]): readonly Place[] {
  if (chunks.length === 1) return [{ index: targets, inside: undefined }];
  const sizes = chunks.map(({ shape }) => extent(shape, 0));
  const row = (values: readonly number[]): Tensor => graph.constant(Int32Array.from(values), [1, values.length]);
  const firsts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const local = graph.subtract(targets, row(firsts));
  const fromZero = graph.apply('Max', [local, row([0])], {});
  const clipped = graph.apply('Min', [fromZero, row(sizes.map(size => size - 1))], {});
  const inside = graph.apply('Cast', [graph.apply('Equal', [local, clipped], {})], { to: 'float32' });
  const insides = columns(graph, inside);
  return columns(graph, clipped).map((index, i) => ({ index, inside: at(insides, i) }));
}

/**
 * The log normalizer of all parts from that of each, which is its greatest logit less the logarithm of its probability,
 * and the share of each part in the whole, [n, parts]; undefined where there is one only.
 *
 * @param leading the part with the greatest logit, [n,1]
 */
function merged(graph: GraphBuilder, best: Tensor, top: Tensor, leading: Tensor | undefined) {
  const logNormalizers = graph.subtract(best, graph.log(top));
  if (!leading) return { logNormalizer: logNormalizers, shares: undefined };
  const shares = graph.softmax(logNormalizers);
  const logNormalizer = graph.subtract(pick(graph, logNormalizers, leading), graph.log(pick(graph, shares, leading)));
  return { logNormalizer, shares };
}

/** Σ p·w over all rows w of the output projection, [n,d]. */
function meanRow(graph: GraphBuilder, parts: readonly Part[], shares: Tensor | undefined): Tensor {
  const shareOf = shares && columns(graph, shares);
  return summed(graph, parts, ({ probabilities, projection }, i) =>
    within(graph, graph.apply('Gemm', [probabilities, projection], { transposeB: false }), shareOf && at(shareOf, i)),
  );
}

/** The target's row of the output projection, [n,d]. */
function targetRow(graph: GraphBuilder, parts: readonly Part[], places: readonly Place[]): Tensor {
  return summed(graph, parts, ({ projection }, i) => {
    const { index, inside } = at(places, i);
    const row = graph.apply('Gather', [projection, graph.reshape(index, [extent(index.shape, 0)])], {});
    return within(graph, row, inside);
  });
}

const within = (graph: GraphBuilder, x: Tensor, share: Tensor | undefined): Tensor =>
  share ? graph.multiply(x, share) : x;

/** The sum of what is made of each part, one after the other, so that no two of them need be kept. */
function summed(graph: GraphBuilder, parts: readonly Part[], termOf: (part: Part, index: number) => Tensor): Tensor {
  const [first, ...others] = parts;
  if (!first) throw new Error('the vocabulary is empty');
  return others.reduce((sum, part, i) => graph.add(sum, termOf(part, i + 1)), termOf(first, 0));
}

/** Columns side by side, [n, columns]. */
function joined(graph: GraphBuilder, parts: readonly Tensor[]): Tensor {
  return parts.length > 1 ? graph.apply('Concat', parts, { axis: 1 }) : at(parts, 0);
}

function columns(graph: GraphBuilder, x: Tensor): readonly Tensor[] {
  const sizes = new Array<number>(extent(x.shape, 1)).fill(1);
  return graph.applyAll('Split', [x], { axis: 1, sizes });
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error('the vocabulary is empty');
  return item;
}

function pick(graph: GraphBuilder, from: Tensor, index: Tensor): Tensor {
  return graph.apply('GatherElements', [from, index], { axis: 1 });
}
