import { z } from 'zod';
import type { CurveProgress, Pair } from '../../results/connectivity.ts';
import type { SolutionCurve } from '../../results/solutions.ts';
import { contentKey } from '../../work/content-key.ts';
import type { Kind, Oracle } from '../../work/item.ts';
import { type Keeping, Work } from '../../work/work.ts';
import {
  type CurveState,
  CurveTraining,
  curveStateSchema,
  pointsPerStep,
  type Trained,
  trainedSchema,
} from './curve-training.ts';
import { type Ends, vectorsOf } from './ends.ts';

/** What curves are trained. */
export interface CurvesRequest {
  /** Of the model. */
  readonly fingerprint: string;
  readonly pairs: readonly Ends[];
  /** Of each curve, at most. */
  readonly steps: number;
  readonly seed: number;
}

const index = z.number().int().min(0);
const pairSchema = z.object({ first: index, second: index });
/** Trains curves between pairs of solutions, side by side in one graph. */
export class CurveSearch {
  private training: ReadonlySet<CurveTraining> = new Set();

  private constructor(private readonly work: Work<Pair, CurveState, CurveTraining, Trained>) {}

  /** A search at its beginning, or where its checkpoint says. */
  static async open(request: CurvesRequest, oracle: Oracle, keeping?: Keeping): Promise<CurveSearch> {
    const items = request.pairs.map(({ first, second }) => ({ first, second }));
    return new CurveSearch(await Work.open({ kind: trainingOfCurves(request), items }, oracle, keeping));
  }

  /** Since the search began, earlier runs that it goes on from included. */
  get seconds(): number {
    return this.work.seconds;
  }

  /**
   * Trains until all is over or it is cancelled; no progress is lost then. One record after each step of, or look at,
   * everything in training.
   *
   * @returns whether something was left to train
   */
  run(cancelled: () => boolean, onProgress: (curves: readonly CurveProgress[]) => void): Promise<boolean> {
    return this.work.run(cancelled, ({ active }) => {
      this.training = new Set(active.map(({ running }) => running));
      onProgress(this.progress());
    });
  }

  /** The best curve of every pair that is done, or has been looked at since its training began. */
  result(): SolutionCurve[] {
    return this.standing().flatMap(({ first, second, steps, kept, lookedAfter = 0, state }) => {
      const trained = state === 'settled' || lookedAfter > 0;
      return kept && trained ? [{ first, second, steps, ...vectorsOf(kept.control) }] : [];
    });
  }

  private progress(): CurveProgress[] {
    return this.standing().map(({ first, second, steps, kept, state }) => {
      return { first, second, steps, lowestAccuracy: kept?.lowestAccuracy, state };
    });
  }

  private standing(): (Pair & Trained & Pick<CurveProgress, 'state'>)[] {
    return this.work.entries.map(entry => {
      const { data } = entry;
      if (entry.state === 'waiting') return { ...data, steps: 0, state: 'waiting' };
      if (entry.state === 'over') return { ...data, ...entry.outcome, state: 'settled' };
      const { running } = entry;
      return { ...data, ...running.trained(), state: this.training.has(running) ? 'training' : 'waiting' };
    });
  }
}

function trainingOfCurves(request: CurvesRequest): Kind<Pair, CurveState, CurveTraining, Trained> {
  const { fingerprint, pairs, steps, seed } = request;
  const endsOf = ({ first, second }: Pair): Ends => {
    const ends = pairs.find(pair => pair.first === first && pair.second === second);
    if (!ends) throw new Error(`there is no pair ${first},${second}`);
    return ends;
  };
  return {
    schemas: { data: pairSchema, state: curveStateSchema, outcome: trainedSchema },
    key: pair => {
      const { first, second, start, end, goal } = endsOf(pair);
      return contentKey('curve', fingerprint, steps, seed, first, second, start, end, goal);
    },
    size: pair => endsOf(pair).goal.layout.kinds.length * pointsPerStep,
    begin: (pair, state) => new CurveTraining(endsOf(pair), steps, [seed, pair.first, pair.second], state),
    end: (_, training) => ({ outcome: training.trained(), successors: [] }),
  };
}
