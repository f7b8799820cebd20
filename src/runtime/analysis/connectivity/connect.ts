import { breathe } from '../../breathe.ts';
import type { SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import type { Connection, ConnectProgress, ConnectReport } from '../../results/connectivity.ts';
import type { SolutionCurve } from '../../results/solutions.ts';
import { Evaluator } from '../../training/evaluator.ts';
import type { Sessions } from '../../training/sessions.ts';
import { lengthRatio, midpoint } from './bezier.ts';
import { CurveSearch } from './curve-search.ts';
import { curveBetween, endsOf, pairsOf, storedCurve } from './ends.ts';
import type { ConnectOptions } from './options.ts';
import { evenGrid, reportPaths } from './path.ts';

export interface ConnectRequest {
  readonly model: Model;
  readonly sessions: Sessions;
  readonly set: SolutionSet;
  readonly options: ConnectOptions;
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: ConnectProgress) => void;
}

/**
 * Connects pairs of solutions by trained curves, and looks at these and at the straight lines. Curves that the set holds
 * are not trained again unless that is asked for. Cancelled, it gives the curves that have been looked at.
 *
 * @returns the set with its curves, and the report
 * @throws UserError when there is no such pair.
 */
export async function connect(request: ConnectRequest): Promise<{ set: SolutionSet; report: ConnectReport }> {
  const { model, sessions, set, options } = request;
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1000;
  const evaluator = new Evaluator(model, sessions);
  const pairs = pairsOf(set, options).map(pair => endsOf(set, model.tokenizer, pair));
  const untrained = pairs.filter(pair => options.retrain || !storedCurve(set, pair));
  const search = new CurveSearch(untrained, options, evaluator);
  let cancelled = request.cancelled();
  for await (const curves of cancelled ? [] : search.run()) {
    const settled = curves.filter(({ state }) => state === 'settled').length;
    request.onProgress({ curves, settled, seconds: elapsed() });
    await breathe();
    cancelled = request.cancelled();
    if (cancelled) break;
  }
  const connected = withCurves(set, search.result());
  const connections: Connection[] = [];
  for (const ends of pairs) {
    const stored = storedCurve(connected, ends);
    if (!stored) continue;
    const { first, second, text, goal, start, end } = ends;
    const curve = curveBetween(ends, stored);
    const straight = { start, control: midpoint(start, end), end };
    const paths = [straight, curve].map(path => ({ curve: path, goal }));
    const [line, bent] = await reportPaths(evaluator, paths, options.grid);
    if (!line || !bent) throw new Error('a path was not looked at');
    const { steps } = stored;
    connections.push({ first, second, text, steps, lengthRatio: lengthRatio(curve), straight: line, curve: bent });
    await breathe();
  }
  return { set: connected, report: { grid: evenGrid(options.grid), connections, seconds: elapsed(), cancelled } };
}

/** A set with new curves in place of older ones of the same pairs. */
function withCurves(set: SolutionSet, curves: readonly SolutionCurve[]): SolutionSet {
  const replaced = curves.map(curve => storedCurve(set, curve));
  return { ...set, curves: [...set.curves.filter(curve => !replaced.includes(curve)), ...curves] };
}
