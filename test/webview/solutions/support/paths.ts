import type { Connection, LossSurface, PathReport } from '../../../../src/runtime/results/connectivity.ts';
import type { ProbeReport } from '../../../../src/runtime/results/probe.ts';
import { normalNumbers } from '../../../../src/runtime/training/random.ts';

const words = ' The lamp had burned every night for ninety years , and the keeper knew each ship by its light .'.match(
  / \S+/g,
) as readonly string[];
export const targets = words.map((text, id) => ({ id, text }));
/** Ids from here on are texts that come out by mistake. */
export const mistakes = 100;

/** A path on which tokens get lost towards the middle; those after the first `kept` of them. */
function pathOf(points: number, depth: number, shift: number): PathReport {
  const predicted = Array.from({ length: points }, (_, k) => {
    const wrong = Math.round(words.length * depth * Math.sin((Math.PI * k) / (points - 1)));
    return Int32Array.from(words, (_, i) => ((i * 7 + shift) % words.length < wrong ? mistakes + i : i));
  });
  const accuracy = predicted.map(ids => ids.filter((id, i) => id === i).length / words.length);
  return {
    accuracy,
    nll: accuracy.map(share => 0.2 + 6 * (1 - share)),
    predicted,
    lowestAccuracy: Math.min(...accuracy),
    meanAccuracy: accuracy.reduce((sum, share) => sum + share, 0) / points,
  };
}

/** Paths between two solutions: the line loses most of the tokens, the curve few or none. */
export function connectionOf([first, second]: readonly [number, number], points: number, steps: number): Connection {
  const [noise = 0, more = 0] = normalNumbers(2, [first, second], 'paths');
  return {
    first,
    second,
    text: 0,
    straight: pathOf(points, Math.min(0.95, 0.75 + 0.08 * Math.abs(noise)), first + second),
    curve: pathOf(points, 0.06 * Math.abs(more), first),
    lengthRatio: 1.1 + 0.04 * Math.abs(noise),
    steps,
  };
}

/** A valley along a parabola. */
export function surfaceOf(): LossSurface {
  const x = Array.from({ length: 41 }, (_, i) => -4 + i * 0.6);
  const y = Array.from({ length: 25 }, (_, i) => -3 + i * 0.6);
  const valley = (across: number): number => 7 * (1 - ((across - 8) / 8) ** 2);
  const nll = Float32Array.from(
    y.flatMap(up => x.map(across => 0.1 + Math.log1p(Math.abs(up - valley(across)) ** 1.6))),
  );
  return {
    x,
    y,
    nll,
    accuracy: nll.map(loss => Math.exp(-loss)),
    first: [0, 0],
    second: [16, 0],
    curve: Array.from({ length: 33 }, (_, k) => [k / 2, valley(k / 2)] as const),
    control: [8, 14 - 3],
  };
}

/** Attention that falls with the position, more in later layers. The output at `e` itself has no choice and is left out. */
export function probeOf(solution: number): ProbeReport {
  const [layers, heads, columns] = [6, 4, 31];
  const byPosition = Float32Array.from({ length: layers * heads * columns }, (_, i) => {
    const [layer, head, column] = [Math.floor(i / (heads * columns)), Math.floor(i / columns) % heads, i % columns];
    return Math.min(1, ((layer + 1) / layers) * (0.4 + 0.2 * head) * (0.25 + 0.75 * Math.exp(-column / 9)));
  });
  const mean = Float32Array.from({ length: layers * heads }, (_, i) => {
    const row = byPosition.subarray(i * columns, (i + 1) * columns);
    return row.reduce((sum, share) => sum + share, 0) / columns;
  });
  const near = (proto: 'e' | 'm', norm: number) => {
    const tokens = words
      .slice(0, 5)
      .map((text, i) => ({ id: i, text, cosine: 0.21 - 0.02 * i, product: 3.1 - 0.2 * i }));
    return { proto, norm, shareShorter: 1, byCosine: tokens, byProduct: tokens };
  };
  const continuations = ['The lamp had burned every night', 'The lamp was lit again, and the sea', 'A ship came in'];
  return {
    tokens: columns + 1,
    vectors: [near('e', 18.3 + solution), near('m', 14.1)],
    embeddingNorms: { least: 0.62, quartiles: [0.98, 1.12, 1.31], greatest: 2.4, mean: 1.2, histogram: [] },
    attention: {
      layers,
      heads,
      mean,
      byPosition,
      positions: Array.from({ length: columns }, (_, column) => column + 1),
      even: 0.1,
    },
    beginningToken: null,
    continuations: continuations.map((text, i) => ({ choice: i ? 'sampled' : 'greedy', ids: [], text })),
  };
}
