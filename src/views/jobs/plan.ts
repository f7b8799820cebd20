import type { SourceRequest } from '../../runtime/experiments/texts.ts';
import type { connect } from '../../runtime/operations/analyses.ts';
import type { ContinuationWish } from '../../runtime/operations/experiments.ts';
import type { ModelRequest, ParametersOf } from '../../runtime/operations/operation.ts';
import type { findSolutions } from '../../runtime/operations/solutions.ts';

interface PlanOf<Kind extends string, Given> {
  readonly id: string;
  readonly kind: Kind;
  /** What is done, to what: "Finding solutions of story.txt". */
  readonly title: string;
  /** Where the result goes: a name, and the document or file that it belongs to, if there is one. */
  readonly place: { readonly name: string; readonly uri: string | null };
  /** What the engine is asked for, checkpoint aside. */
  readonly parameters: Omit<Given, 'checkpoint'>;
}

export type SearchPlan = PlanOf<'solutions', ParametersOf<typeof findSolutions.parameters>>;
export type ConnectPlan = PlanOf<'connect', ParametersOf<typeof connect.parameters>>;

/** What an experiment is asked for, before its model is loaded and its texts are read. */
export interface AskedExperiment {
  /** Path of its folder. */
  readonly out: string;
  readonly name: string;
  readonly preset: 'quick' | 'paper';
  /** In place of the preset's. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly model: ModelRequest;
  /** The texts, and what the model writes after them where that takes their place. */
  readonly source: SourceRequest & { readonly continuations?: ContinuationWish | undefined };
}
export type ExperimentPlan = PlanOf<'experiment', AskedExperiment>;

/** Everything that was asked for of work that another window can go on with. Plain data. */
export type Plan = SearchPlan | ConnectPlan | ExperimentPlan;

/** Such work as its files tell it. */
export interface StoredWork {
  readonly plan: Plan;
  /** One sentence, when it failed. */
  readonly problem: string | null;
}
