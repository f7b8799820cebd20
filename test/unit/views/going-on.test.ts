import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/runtime/analysis/connectivity/connect.ts';
import { connectOptions } from '../../../src/runtime/analysis/connectivity/options.ts';
import { findSolutions } from '../../../src/runtime/analysis/solutions/find-solutions.ts';
import { solutionOptions } from '../../../src/runtime/analysis/solutions/options.ts';
import { Cancelled } from '../../../src/runtime/errors.ts';
import { readSolutions, writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import type { Oracle } from '../../../src/runtime/work/item.ts';
import { Activities, type Activity } from '../../../src/views/jobs/activities.ts';
import { JobQueue, type Restored } from '../../../src/views/jobs/job-queue.ts';
import { JobStore } from '../../../src/views/jobs/job-store.ts';
import type { ConnectPlan, Plan, SearchPlan } from '../../../src/views/jobs/plan.ts';
import { Gate } from '../../support/gate.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { StandInEngine, StandInReporter } from './support/stand-in-engine.ts';
import { crash } from './support/windows.ts';

const id = '00000000-0000-4000-8000-000000000001';
const folder = fixtureModel('neox-parallel-f32');
const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
let model: Model;
beforeAll(async () => {
  model = await openModel(folder);
});
afterAll(() => sessions.dispose());

const search: SearchPlan = {
  id,
  kind: 'solutions',
  title: 'Finding solutions of story.txt',
  place: { name: 'story.txt', uri: 'file:///work/story.txt' },
  parameters: {
    folder,
    device: 'cpu',
    texts: [{ title: 'story.txt:1', text: 'The lamp burned until the sea was calm.' }],
    continuations: { contexts: [{ title: 'story.txt:2', text: 'The sea' }], count: 2, tokens: 4 },
    options: { seeds: 3, budget: 14, recipe: 'lbfgs', seed: 5, sharedM: false, arrangement: 'e-m-repeated' },
  },
};

/** Does what a plan asks for, as the engine would: the bytes of the file that comes out. */
async function carryOut(plan: Plan, oracle: Oracle, checkpoint?: string): Promise<Uint8Array> {
  const common = { model, sessions, oracle, checkpoint, cancelled: () => false, onProgress: () => undefined };
  if (plan.kind === 'solutions') {
    const { texts, options } = plan.parameters;
    const { set } = await findSolutions({ ...common, texts, options: solutionOptions.parse(options) });
    return writeSolutions(set);
  }
  if (plan.kind === 'experiment') return expect.unreachable('an experiment keeps its own folder');
  const { file, name, options } = plan.parameters;
  const set = readSolutions(file, name);
  return writeSolutions((await connect({ ...common, set, options: connectOptions.parse(options) })).set);
}

const plain = (): Oracle => new Evaluator(model, sessions);

async function curves(): Promise<ConnectPlan> {
  const { kind: _, parameters: given, ...common } = search;
  const file = await carryOut(search, plain());
  const options = { pairs: [[0, 1] as [number, number], [0, 2] as [number, number]], steps: 30, grid: 5 };
  const { folder: of, device } = given;
  const name = 'story.solutions.json';
  const place = { name, uri: 'file:///work/story.solutions.json' };
  return { ...common, kind: 'connect', place, parameters: { folder: of, device, file, name, options } };
}

/** A window whose store lies in a folder. */
function windowIn(root: string) {
  const store = new JobStore(root);
  const activities = new Activities(store, error => expect.unreachable(String(error)));
  const services = { engine: new StandInEngine(), reporter: new StandInReporter(), store, activities };
  const queue = new JobQueue({ ...services, sourceOf: () => expect.unreachable() });
  onTestFinished(() => queue.dispose());
  return { activities, queue, store };
}

/** A window that dies in the middle of work, and one that comes after it. */
async function afterCrash(plan: Plan) {
  const root = temporaryFolder();
  const first = windowIn(root);
  const gate = new Gate(plain(), 7);
  const work = first.activities.keep(plan, ({ checkpoint }) => carryOut(plan, gate, checkpoint));
  await gate.reached;
  expect(first.activities.all.map(({ status }) => status)).toEqual(['running']);
  // Everything of the window ends at once; nothing of what it would do then comes to pass.
  first.activities.dispose();
  gate.fail(new Error('killed'));
  await expect(work).rejects.toThrow('killed');
  await crash(root);
  const second = windowIn(root);
  const told: Restored[] = [];
  second.queue.onDidRestore(restored => told.push(restored));
  await second.queue.restore();
  const [activity] = second.activities.all;
  if (!activity) throw new Error('nothing was restored');
  return { root, ...second, activity, told };
}

/** Everything that is stored in a folder. */
const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true })
    .map(String)
    .filter(name => name.includes('.'));

describe.each([
  ['a search for solutions', () => Promise.resolve<Plan>(search)],
  ['the training of curves', curves],
])('%s whose window died', (_, planned: () => Promise<Plan>) => {
  test('is in the list of the next one with all that was asked for, and is offered to go on', async () => {
    const plan = await planned();
    const { activity, told } = await afterCrash(plan);
    expect([activity.status, activity.request.title]).toEqual(['interrupted', plan.title]);
    const asked = { ...plan, parameters: { ...plan.parameters } };
    // Whatever was left out has its default now, and bytes come from a file.
    expect(activity.plan).toMatchObject(
      JSON.parse(JSON.stringify(asked, (key, value) => (key === 'file' ? undefined : value))),
    );
    if (plan.kind === 'connect' && activity.plan?.kind === 'connect')
      expect(Buffer.compare(plan.parameters.file, activity.plan.parameters.file)).toBe(0);
    expect(told.flatMap(({ activities }) => activities)).toEqual([activity]);
  });

  test('goes on from its checkpoint to the identical file, and leaves nothing behind', async () => {
    const plan = await planned();
    const undisturbed = new Gate(plain(), 0);
    const expected = await carryOut(plan, undisturbed);
    const { activities, activity, root } = await afterCrash(plan);
    const again = new Gate(plain(), 0);
    const file = await activities.keep(activity, ({ checkpoint }) => {
      if (!activity.plan) throw new Error('nothing is known of it');
      return carryOut(activity.plan, again, checkpoint);
    });
    expect(Buffer.compare(file ?? new Uint8Array(), expected)).toBe(0);
    expect(again.asked.length).toBeLessThan(undisturbed.asked.length);
    expect(activities.all).toEqual([]);
    expect(filesIn(root)).toEqual([]);
  });

  test('dies once more and is there still', async () => {
    const { root } = await afterCrash(await planned());
    await crash(root);
    const third = windowIn(root);
    await third.queue.restore();
    expect(third.activities.all.map(({ status }) => status)).toEqual(['interrupted']);
  });

  test('is removed with its checkpoint, and comes back whole when that is undone', async () => {
    const { activities, activity, root } = await afterCrash(await planned());
    const before = filesIn(root);
    expect(before.some(name => name.endsWith('.checkpoint'))).toBe(true);
    const removal = await activities.remove(activity);
    expect(activities.all).toEqual([]);
    await removal?.undo();
    expect(activities.all).toEqual([activity]);
    expect(filesIn(root).sort()).toEqual(before.sort());
    await (await activities.remove(activity))?.settle();
    expect(filesIn(root)).toEqual([]);
  });
});

describe('work that is kept', () => {
  const begin = (work: () => Promise<string>) => {
    const root = temporaryFolder();
    const { activities } = windowIn(root);
    let activity: Activity | undefined;
    const done = activities.keep(search, listed => {
      activity = listed.activity;
      return work();
    });
    return { root, activities, done, activity: () => activity };
  };

  test('that fails says why, stays in the list and can be resumed', async () => {
    const { root, activities, done } = begin(() => Promise.reject(new Error('no memory')));
    await expect(done).rejects.toThrow('no memory');
    const [failed] = activities.all;
    expect([failed?.status, failed?.problem]).toEqual(['failed', 'no memory']);
    await crash(root);
    const next = windowIn(root);
    await next.queue.restore();
    const [restored] = next.activities.all;
    expect([restored?.status, restored?.problem]).toEqual(['failed', 'no memory']);
    expect(restored && (await next.activities.keep(restored, () => Promise.resolve('done')))).toBe('done');
    expect(next.activities.all).toEqual([]);
  });

  test('that is cancelled is gone from the list, with what was kept', async () => {
    let fail: (error: Error) => void = () => undefined;
    const gate = new Promise<string>((_, reject) => (fail = reject));
    const { root, activities, done, activity } = begin(() => gate);
    await expect.poll(activity).toBeDefined();
    activity()?.cancel();
    expect(activity()?.status).toBe('cancelling');
    fail(new Cancelled());
    expect(await done).toBeUndefined();
    expect(activities.all).toEqual([]);
    expect(filesIn(root)).toEqual([]);
  });

  test('that is to be removed while it runs is cancelled', async () => {
    let fail: (error: Error) => void = () => undefined;
    const gate = new Promise<string>((_, reject) => (fail = reject));
    const { activities, done, activity } = begin(() => gate);
    await expect.poll(activity).toBeDefined();
    const [listed] = activities.all;
    expect(listed && (await activities.remove(listed))).toBeUndefined();
    expect(listed?.status).toBe('cancelling');
    fail(new Cancelled());
    await done;
    expect(activities.all).toEqual([]);
  });

  test('whose engine had to be ended when it was cancelled is interrupted', async () => {
    let fail: (error: Error) => void = () => undefined;
    const gate = new Promise<string>((_, reject) => (fail = reject));
    const { activities, done, activity } = begin(() => gate);
    await expect.poll(activity).toBeDefined();
    activity()?.cancel();
    fail(new Error('ended'));
    expect(await done).toBeUndefined();
    expect(activities.all.map(({ status }) => status)).toEqual(['interrupted']);
  });

  test('is a plain file that other programs read', async () => {
    let letGo: (result: string) => void = () => undefined;
    const gate = new Promise<string>(resolve => (letGo = resolve));
    const { root, done, activity } = begin(() => gate);
    await expect.poll(activity).toBeDefined();
    const [name = ''] = filesIn(root).filter(file => file.endsWith('.json'));
    expect(JSON.parse(readFileSync(`${root}/${name}`, 'utf8'))).toEqual({
      format: 'proto-tokens job',
      version: 3,
      kind: 'solutions',
      problem: null,
      plan: search,
    });
    letGo('done');
    await done;
  });
});
