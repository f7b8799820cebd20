import { breathe } from '../../breathe.ts';
import { UserError } from '../../errors.ts';
import type { SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import type { LossSurface, Pair, PlanePoint } from '../../results/connectivity.ts';
import { Evaluator } from '../../training/evaluator.ts';
import { normalNumbers } from '../../training/random.ts';
import type { Sessions } from '../../training/sessions.ts';
import { type Curve, pointAt } from './bezier.ts';
import { curveBetween, endsIn, storedCurve } from './ends.ts';
import { accuracyOf, candidateAt, evenGrid, meanNll } from './path.ts';

/** A plane by a point in it and two directions of length 1 that stand square on each other. */
interface Plane {
  readonly origin: Float32Array;
  readonly along: Float64Array;
  readonly across: Float64Array;
}

const pointsOfCurve = 65;
/** How far the picture reaches beyond what is drawn in it, as a share of the chord. */
const margin = 0.25;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

const difference = (a: Float32Array, b: Float32Array): Float64Array =>
  Float64Array.from(a, (x, i) => x - (b[i] as number));

/** What of a vector stands square on a direction of length 1, at length 1; undefined when nothing does. */
function squareOn(vector: ArrayLike<number>, direction: Float64Array): Float64Array | undefined {
  const part = dot(vector, direction);
  const rest = Float64Array.from(vector, (x, i) => x - part * (direction[i] as number));
  const length = Math.sqrt(dot(rest, rest));
  return length > 1e-4 * Math.sqrt(dot(vector, vector)) ? rest.map(x => x / length) : undefined;
}

/** The plane through three points. Any plane through the chord, where the control point lies on it. */
export function planeThrough({ start, control, end }: Curve): Plane {
  const chord = difference(end, start);
  const length = Math.sqrt(dot(chord, chord));
  if (!(length > 0)) throw new UserError('Both solutions are the same point; choose another pair.');
  const along = chord.map(x => x / length);
  const across = squareOn(difference(control, start), along) ?? squareOn(normalNumbers(start.length, [0]), along);
  if (!across) throw new Error('no direction stands square on the chord');
  return { origin: start, along, across };
}

/** Where a point lies in a plane. */
export function coordinates({ origin, along, across }: Plane, point: Float32Array): PlanePoint {
  const offset = difference(point, origin);
  return [dot(offset, along), dot(offset, across)];
}

const liftedFrom = ({ origin, along, across }: Plane, x: number, y: number): Float32Array =>
  origin.map((value, i) => value + x * (along[i] as number) + y * (across[i] as number));

function axis(values: readonly number[], beyond: number, points: number): number[] {
  const [low, high] = [Math.min(...values) - beyond, Math.max(...values) + beyond];
  return evenGrid(points).map(share => low + share * (high - low));
}

/**
 * The loss surface of a pair of solutions. Where the set holds no curve of it, the plane is one of many through the
 * straight line.
 *
 * @param points on each side of the grid
 * @param onProgress hears of each row how much is done, 0 to 1
 * @throws UserError when there is no such pair, or it was cancelled.
 */
export async function lossSurface(
  model: Model,
  sessions: Sessions,
  set: SolutionSet,
  pair: Pair,
  points: number,
  cancelled: () => boolean = () => false,
  onProgress: (share: number) => void = () => undefined,
): Promise<LossSurface> {
  const ends = endsIn(set, model.tokenizer)(pair);
  const stored = storedCurve(set, pair);
  const curve = curveBetween(ends, stored);
  const plane = planeThrough(curve);
  const drawn = evenGrid(pointsOfCurve).map(t => coordinates(plane, pointAt(curve, t)));
  const [first, second] = [coordinates(plane, curve.start), coordinates(plane, curve.end)];
  const control = coordinates(plane, curve.control);
  const shown = [...drawn, control];
  const beyond = margin * second[0];
  const [x, y] = [0, 1].map(which =>
    axis(
      shown.map(point => point[which] as number),
      beyond,
      points,
    ),
  ) as [number[], number[]];
  const evaluator = new Evaluator(model, sessions);
  const [nll, accuracy] = [new Float32Array(points * points), new Float32Array(points * points)];
  for (const [row, height] of y.entries()) {
    if (cancelled()) throw new UserError('The surface was cancelled.');
    const candidates = x.map(place => candidateAt(liftedFrom(plane, place, height), ends.goal));
    for (const [column, look] of (await evaluator.look(candidates)).entries()) {
      nll[row * points + column] = meanNll(look);
      accuracy[row * points + column] = accuracyOf(look, ends.goal);
    }
    onProgress((row + 1) / points);
    await breathe();
  }
  return { x, y, nll, accuracy, first, second, control, curve: drawn };
}
