import type { GraphBuilder } from './graph.ts';
import { extent, type Tensor } from './tensor.ts';

/** The softmax statistics of some part of the vocabulary, for each row. */
interface Partial {
  /** log Σ exp(sharpened logit) over the part, [n,1] */
  readonly logNormalizer: Tensor;
  /** Σ p·w over the part's rows w of the output projection, p normalized within the part, [n,d] */
  readonly meanRow: Tensor;
}

interface Running extends Partial {
  /** Of the logits as they are, not sharpened. */
  readonly best: Tensor;
  readonly predicted: Tensor;
  readonly targetLogit: Tensor;
  readonly targetRow: Tensor;
  /** log Σ exp(logit), [n,1] */
  readonly plainLogNormalizer: Tensor;
}

/**
 * Cross-entropy through the output projection, one part of the vocabulary at a time, so that the logits [n, vocabulary]
 * need never exist whole: as in flash attention, with the rows of the projection as keys and as values.
 *
 * With logits l = h Wᵀ, sharpness s and p = softmax(s l), for each row:
 *   loss = log Σ exp(s l) - s l[target];   d loss / d h = s · (Σ p_v W_v - W_target)
 * Parts are merged by their normalizers: the whole's mean row is the mean of the parts' mean rows, weighted by
 * exp(part's log normalizer - whole's). What no output needs is dropped (lowering.ts), all that is sharpened for one.
 *
 * @param hidden [n,d]  @param targets int32 [n,1]  @param sharpness [n,1]
 * @param chunks consecutive rows of the projection, each [part,d]
 * @returns nll at sharpness 1 [n,1], predicted ids int32 [n,1], loss [n,1], gradient of the loss by hidden [n,d], and the
 *   logits of every part [n,part]
 */
export function crossEntropyThroughVocabulary(
  graph: GraphBuilder,
  hidden: Tensor,
  targets: Tensor,
  sharpness: Tensor,
  chunks: readonly Tensor[],
): readonly Tensor[] {
  let first = 0;
  let running: Running | undefined;
  const logits: Tensor[] = [];
  for (const chunk of chunks) {
    const plain = graph.linear(hidden, chunk);
    const part = visit(graph, plain, targets, sharpness, chunk, first);
    running = running ? merge(graph, running, part) : part;
    first += extent(chunk.shape, 0);
    logits.push(plain);
  }
  if (!running) throw new Error('the vocabulary is empty');
  const nll = graph.subtract(running.plainLogNormalizer, running.targetLogit);
  const loss = graph.subtract(running.logNormalizer, graph.multiply(running.targetLogit, sharpness));
  const gradient = graph.multiply(graph.subtract(running.meanRow, running.targetRow), sharpness);
  return [nll, running.predicted, loss, gradient, ...logits];
}

/** All statistics of one part of the vocabulary with its logits [n,part], whose first token has the id `first`. */
function visit(
  graph: GraphBuilder,
  plain: Tensor,
  targets: Tensor,
  sharpness: Tensor,
  chunk: Tensor,
  first: number,
): Running {
  const integer = (value: number): Tensor => graph.constant(new Int32Array([value]), [1, 1]);
  const rows = extent(plain.shape, 0);
  const greatest = graph.apply('ArgMax', [plain], { axis: 1 });
  const normalizer = (scaled: Tensor, probabilities: Tensor): Tensor =>
    // The greatest probability is 1/Σ exp(logit - greatest logit), so the sum need not be formed again.
    graph.subtract(pick(graph, scaled, greatest), graph.log(pick(graph, probabilities, greatest)));

  const sharpened = graph.multiply(plain, sharpness);
  const probabilities = graph.softmax(sharpened);
  const local = graph.apply('Sub', [targets, integer(first)], {});
  const last = extent(chunk.shape, 0) - 1;
  const clipped = graph.apply('Min', [graph.apply('Max', [local, integer(0)], {}), integer(last)], {});
  const inside = graph.apply('Cast', [graph.apply('Equal', [local, clipped], {})], { to: 'float32' });
  const row = graph.apply('Gather', [chunk, graph.reshape(clipped, [rows])], {});
  return {
    logNormalizer: normalizer(sharpened, probabilities),
    meanRow: graph.apply('Gemm', [probabilities, chunk], { transposeB: false }),
    best: pick(graph, plain, greatest),
    predicted: graph.apply('Add', [asInt32(graph, greatest, last + 1), integer(first)], {}),
    targetLogit: graph.multiply(pick(graph, plain, clipped), inside),
    targetRow: graph.multiply(row, inside),
    plainLogNormalizer: normalizer(plain, graph.softmax(plain)),
  };
}

/** An int64 index below `limit` as int32: looked up, because WebGPU computes with int32 only and cannot cast. */
function asInt32(graph: GraphBuilder, index: Tensor, limit: number): Tensor {
  return graph.apply(
    'Gather',
    [
      graph.constant(
        Int32Array.from({ length: limit }, (_, i) => i),
        [limit],
      ),
      index,
    ],
    {},
  );
}

function pick(graph: GraphBuilder, from: Tensor, index: Tensor): Tensor {
  return graph.apply('GatherElements', [from, index], { axis: 1 });
}

function merge(graph: GraphBuilder, a: Running, b: Running): Running {
  const logNormalizer = logAddExp(graph, a.logNormalizer, b.logNormalizer);
  const share = (part: Partial): Tensor => graph.exp(graph.subtract(part.logNormalizer, logNormalizer));
  const better = graph.apply('Greater', [b.best, a.best], {});
  return {
    logNormalizer,
    meanRow: graph.add(graph.multiply(a.meanRow, share(a)), graph.multiply(b.meanRow, share(b))),
    best: graph.apply('Max', [a.best, b.best], {}),
    predicted: graph.apply('Where', [better, b.predicted, a.predicted], {}),
    targetLogit: graph.add(a.targetLogit, b.targetLogit),
    targetRow: graph.add(a.targetRow, b.targetRow),
    plainLogNormalizer: logAddExp(graph, a.plainLogNormalizer, b.plainLogNormalizer),
  };
}

function logAddExp(graph: GraphBuilder, a: Tensor, b: Tensor): Tensor {
  const greater = graph.apply('Max', [a, b], {});
  const sum = graph.add(graph.exp(graph.subtract(a, greater)), graph.exp(graph.subtract(b, greater)));
  return graph.add(greater, graph.log(sum));
}
