import type { ExperimentRequest } from '../../runtime/experiments/folder.ts';
import { folderName } from '../../runtime/models/folder-name.ts';
import type { ExperimentProgress, ExperimentReport } from '../../runtime/results/experiments.ts';
import { Emitter } from '../emitter.ts';
import type { AskedExperiment } from '../jobs/plan.ts';
import type { ExperimentDocument, ExperimentStanding, ExperimentStatus } from './protocol.ts';

/** What has changed: the report or what it is of, or only how far it is. */
export type ExperimentChange = 'document' | 'standing';

/** An experiment of this window: what was asked for, how far it is, and what its cells show. */
export class LiveExperiment {
  private readonly changed = new Emitter<ExperimentChange>();
  readonly onDidChange = this.changed.event;
  private status: ExperimentStatus = 'stopped';
  private problem: string | null = null;
  private waiting: string | null = null;
  private progress: ExperimentStanding['progress'] = null;
  private latest: ExperimentReport | null = null;
  private known: ExperimentRequest | undefined;

  constructor(
    private wanted: AskedExperiment,
    /** Its folder, as people read it. */
    private readonly folder: string,
  ) {}

  get asked(): AskedExperiment {
    return this.wanted;
  }

  get isRunning(): boolean {
    return this.status === 'running' || this.status === 'cancelling';
  }

  /** As its folder has it; undefined before its model has been loaded for the first time. */
  get request(): ExperimentRequest | undefined {
    return this.known;
  }

  get report(): ExperimentReport | null {
    return this.latest;
  }

  get standing(): ExperimentStanding {
    const { status, problem, waiting, progress } = this;
    return { status, problem, waiting, progress };
  }

  /** Its folder may ask for something else by now. */
  ask(asked: AskedExperiment): void {
    this.wanted = asked;
  }

  begin(): void {
    this.become('running');
  }

  wait(words: string | null): void {
    this.waiting = words;
    this.changed.fire('standing');
  }

  cancel(): void {
    if (this.status === 'running') this.become('cancelling');
  }

  tell({ report, ...progress }: ExperimentProgress): void {
    this.progress = progress;
    this.waiting = null;
    if (report) this.latest = report;
    this.changed.fire(report ? 'document' : 'standing');
  }

  /** @param report what its records show, when it does not run */
  learn(request: ExperimentRequest, report?: ExperimentReport): void {
    this.known = request;
    this.latest = report ?? this.latest;
    if (report && !this.isRunning) this.status = report.done < report.cells ? 'stopped' : 'complete';
    this.changed.fire('document');
  }

  /** @param problem one sentence, when it failed */
  end(problem: string | null = null): void {
    const isComplete = this.latest !== null && this.latest.done === this.latest.cells;
    this.become(problem === null ? (isComplete ? 'complete' : 'stopped') : 'failed', problem);
  }

  document(): ExperimentDocument {
    const { asked, folder, known, standing, latest } = this;
    return {
      kind: 'experiment',
      name: asked.name,
      out: asked.out,
      folder,
      preset: asked.preset,
      model: known?.model.id ?? folderName(asked.model.folder).id,
      device: known?.device ?? null,
      texts: known?.source.name ?? null,
      standing,
      report: latest,
    };
  }

  private become(status: ExperimentStatus, problem: string | null = null): void {
    this.status = status;
    this.problem = problem;
    this.waiting = null;
    if (!this.isRunning) this.progress = null;
    this.changed.fire('document');
  }
}
