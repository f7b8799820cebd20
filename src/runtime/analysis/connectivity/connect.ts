import { breathe } from '../../breathe.ts';
import type { SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import type { Connection, ConnectProgress, ConnectReport, Pair } from '../../results/connectivity.ts';
import type { SolutionCurve } from '../../results/solutions.ts';
import { Evaluator } from '../../training/evaluator.ts';
import type { Sessions } from '../../training/sessions.ts';
import type { Oracle } from '../../work/item.ts';
import { lengthRatio, midpoint } from './bezier.ts';
import { CurveSearch } from './curve-search.ts';
import { curveBetween, endsIn, pairsOf, storedCurve } from './ends.ts';
import type { ConnectOptions } from './options.ts';
import { evenGrid, reportPaths } from './path.ts';

export interface ConnectRequest {
  readonly model: Model;
  readonly sessions: Sessions;
  readonly set: SolutionSet;
  readonly options: ConnectOptions;
  /** What evaluates candidates on the model; one of these sessions when left out. */
  readonly oracle?: Oracle | undefined;
  /** Path of a file in which the curves are kept while they train. The caller removes it once the result is safe. */
  readonly checkpoint?: string | undefined;
  /** Takes a sentence on a checkpoint that cannot be read or written; the training goes on all the same. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: ConnectProgress) => void;
}

/**
 * Connects pairs of solutions by trained curves, and looks at these and at the straight lines. Curves that the set holds
 * are not trained again unless that is asked for. Cancelled while it trains, it gives the curves of this run that have been
 * looked at; cancelled later, all curves, and a report on those that it came to.
 *
 * @returns the set with its curves, and the report
 * @throws UserError when there is no such pair.
 */
export async function connect(request: ConnectRequest): Promise<{ set: SolutionSet; report: ConnectReport }> {
  const { model, sessions, set, options } = request;
  const oracle = request.oracle ?? new Evaluator(model, sessions);
  const pairs = pairsOf(set, options).map(endsIn(set, model.tokenizer));
  const untrained = pairs.filter(pair => options.retrain || !storedCurve(set, pair));
  const { steps: most, seed } = options;
  const search = await CurveSearch.open(
    { fingerprint: model.fingerprint, pairs: untrained, steps: most, seed },
    oracle,
    {
      checkpoint: request.checkpoint,
      onNotice: request.onNotice,
    },
  );
  let cancelled = await search.run(request.cancelled, curves => {
    const settled = curves.filter(({ state }) => state === 'settled').length;
    request.onProgress({ curves, settled, seconds: search.seconds });
  });
  const trained = search.result();
  const connected = withCurves(set, trained);
  const connections: Connection[] = [];
  // Whoever cancels does not wait for looks at all that the file holds.
  for (const ends of cancelled ? pairs.filter(pair => isAmong(trained, pair)) : pairs) {
    const stored = storedCurve(connected, ends);
    if (!stored) continue;
    if (!cancelled && request.cancelled()) {
      cancelled = true;
      break;
    }
    const { first, second, text, goal, start, end } = ends;
    const curve = curveBetween(ends, stored);
    const straight = { start, control: midpoint(start, end), end };
    const paths = [straight, curve].map(path => ({ curve: path, goal }));
    const [line, bent] = await reportPaths(oracle, paths, options.grid);
    if (!line || !bent) throw new Error('a path was not looked at');
    const { steps } = stored;
    connections.push({ first, second, text, steps, lengthRatio: lengthRatio(curve), straight: line, curve: bent });
    await breathe();
  }
  return { set: connected, report: { grid: evenGrid(options.grid), connections, seconds: search.seconds, cancelled } };
}

const isAmong = (curves: readonly SolutionCurve[], { first, second }: Pair): boolean =>
  curves.some(curve => curve.first === first && curve.second === second);

/** A set with new curves in place of older ones of the same pairs. */
function withCurves(set: SolutionSet, curves: readonly SolutionCurve[]): SolutionSet {
  const replaced = curves.map(curve => storedCurve(set, curve));
  return { ...set, curves: [...set.curves.filter(curve => !replaced.includes(curve)), ...curves] };
}
