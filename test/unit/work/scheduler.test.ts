import { describe, expect, test } from 'vitest';
import { type Entry, Scheduler } from '../../../src/runtime/work/scheduler.ts';
import { Gate } from '../../support/gate.ts';
import { ToyOracle } from '../../support/toy-oracle.ts';
import { type ToyItem, type ToyResult, type ToyTask, toyItems, toyKind } from '../../support/toy-work.ts';

const waiting = (items: readonly ToyItem[]): Entry<ToyItem, ToyTask, ToyResult>[] =>
  items.map(data => ({ state: 'waiting', data }));
const never = 0;
const perfect = (name: string, length: number): ToyItem => ({ name, tokens: Array(length).fill(3) });

describe('a scheduler', () => {
  test('evaluates as many items together as there is room for, in their order', async () => {
    const gate = new Gate(new ToyOracle(16), never);
    const scheduler = new Scheduler(toyKind(), waiting(toyItems), gate);
    const { active } = await scheduler.round();
    expect(active.map(({ data }) => data.name)).toEqual(['A', 'B', 'C']);
    expect(gate.asked).toEqual([[3, 9, 4]]);
  });

  test('evaluates an item that is larger than the room by itself', async () => {
    const gate = new Gate(new ToyOracle(1), never);
    const scheduler = new Scheduler(toyKind(), waiting(toyItems), gate);
    while (!scheduler.finished) await scheduler.round();
    expect(gate.asked.every(candidates => candidates.length === 1)).toBe(true);
  });

  test('lets an item begin when its turn comes, and not before', async () => {
    const begun: string[] = [];
    const scheduler = new Scheduler(toyKind(begun), waiting(toyItems), new ToyOracle(12));
    expect(begun).toEqual([]);
    await scheduler.round();
    expect(begun).toEqual(['A', 'B']);
    expect(scheduler.entries.map(({ state }) => state)).toEqual(['running', 'running', ...Array(4).fill('waiting')]);
    let most = 0;
    while (!scheduler.finished) {
      await scheduler.round();
      most = Math.max(most, scheduler.entries.filter(({ state }) => state === 'running').length);
    }
    expect(most).toBeLessThanOrEqual(5);
    expect(new Set(begun).size).toBe(begun.length);
  });

  test('gives the turn of an item that is split to its halves, and of one that ends to the next', async () => {
    const begun: string[] = [];
    const scheduler = new Scheduler(toyKind(begun), waiting(toyItems), new ToyOracle(12));
    while (!scheduler.finished) await scheduler.round();
    const halves = begun.filter(name => name.length === 2);
    expect(halves.length).toBeGreaterThan(1);
    for (const name of halves.filter(half => half.endsWith('a'))) {
      const [parent = ''] = name;
      const next = String.fromCharCode(parent.charCodeAt(0) + 1);
      const order = scheduler.entries.map(({ data }) => data.name);
      // In the place of the whole.
      expect(order.findIndex(other => other.startsWith(name))).toBeLessThan(order.indexOf(next));
      expect(order).not.toContain(parent);
    }
    expect(begun.indexOf('Ba')).toBeLessThan(begun.indexOf('D'));
  });

  test('finds the same for every item, whatever trains beside it', async () => {
    const found: ToyResult[][] = [];
    for (const room of [1, 12, 1000]) {
      const scheduler = new Scheduler(toyKind(), waiting(toyItems), new ToyOracle(room));
      while (!scheduler.finished) await scheduler.round();
      found.push(scheduler.entries.flatMap(entry => (entry.state === 'over' ? [entry.outcome] : [])));
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    expect(found[0]?.length).toBeGreaterThan(toyItems.length);
  });

  test('counts every evaluation once, and tells what has ended', async () => {
    const scheduler = new Scheduler(toyKind(), waiting(toyItems), new ToyOracle(20), 100);
    const ended: ToyResult[] = [];
    let evaluations = 100;
    while (!scheduler.finished) {
      const round = await scheduler.round();
      evaluations += round.active.length;
      expect(scheduler.evaluations).toBe(evaluations);
      ended.push(...round.ended);
    }
    const outcomes = scheduler.entries.flatMap(entry => (entry.state === 'over' ? [entry.outcome] : []));
    expect(new Set(ended)).toEqual(new Set(outcomes));
    expect(ended).toHaveLength(outcomes.length);
  });

  test('has told nobody anything when an evaluation fails, and asks for the same again', async () => {
    const gate = new Gate(new ToyOracle(12), 3);
    const scheduler = new Scheduler(toyKind(), waiting([perfect('x', 3), ...toyItems]), gate);
    const undisturbed = new Scheduler(toyKind(), waiting([perfect('x', 3), ...toyItems]), new ToyOracle(12));
    for (let round = 0; round < 2; round++) await scheduler.round();
    const failing = scheduler.round();
    await gate.reached;
    const before = scheduler.entries.map(entry => (entry.state === 'running' ? entry.running.attempt.steps : 0));
    gate.fail(new Error('the device is gone'));
    await expect(failing).rejects.toThrow('the device is gone');
    const after = scheduler.entries.map(entry => (entry.state === 'running' ? entry.running.attempt.steps : 0));
    expect(after).toEqual(before);
    while (!scheduler.finished) await scheduler.round();
    while (!undisturbed.finished) await undisturbed.round();
    expect(scheduler.entries).toEqual(undisturbed.entries);
  });
});
