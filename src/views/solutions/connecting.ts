import * as vscode from 'vscode';
import { connect } from '../../runtime/operations/analyses.ts';
import type { Engine } from '../engine.ts';
import type { Activities, Activity } from '../jobs/activities.ts';
import { listWords } from '../jobs/list-words.ts';
import { curvesProgress } from '../jobs/listed-engine.ts';
import type { ConnectPlan } from '../jobs/plan.ts';
import { showActivity } from '../jobs/progress.ts';
import { offerCopy, placeOf } from './file-of-solutions.ts';
import { keepCurves } from './keeping-curves.ts';

/** Goes on with the training of curves that an earlier window had begun, whether or not their file is open. */
export class Connecting {
  constructor(
    private readonly engine: Engine,
    private readonly activities: Activities,
  ) {}

  /** Adds the curves to the file in which the solutions are. @throws UserError as the engine, or when it is gone. */
  async resume(activity: Activity, { parameters, place }: ConnectPlan): Promise<void> {
    const uri = vscode.Uri.parse(place.uri ?? '');
    const copy = await this.activities.keep(activity, async ({ signal, report, checkpoint }) => {
      const result = await showActivity(this.activities, activity, () =>
        this.engine.call(
          connect,
          { ...parameters, checkpoint },
          {
            signal,
            onProgress: progress => report(curvesProgress(progress, listWords)),
            onWait: others => report({ message: listWords.waiting(others) }),
          },
        ),
      );
      return await keepCurves(placeOf(uri), parameters.file, result);
    });
    if (copy) await offerCopy(uri, copy);
  }
}
