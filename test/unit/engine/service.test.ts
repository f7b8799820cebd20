import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { handler, withModel } from '../../../src/runtime/engine/handler.ts';
import type { FromEngine } from '../../../src/runtime/engine/messages.ts';
import { EngineService } from '../../../src/runtime/engine/service.ts';
import { Cancelled } from '../../../src/runtime/errors.ts';
import { operation } from '../../../src/runtime/operations/operation.ts';

const count = operation<number, number>()('count', z.object({ to: z._default(z.int(), 1000) }));

/** A service that counts, and what it has posted until a call was answered. */
async function answered(parameters: unknown, progress: boolean): Promise<FromEngine[]> {
  const posted: FromEngine[] = [];
  await new Promise<void>(resolve => {
    const post = (message: FromEngine): void => {
      posted.push(message);
      if (message.type !== 'progress') resolve();
    };
    const counting = handler(count, ({ to }, { report }) => {
      for (let i = 1; i <= to; i++) report(i);
      return to;
    });
    new EngineService(post, [counting]).receive({ type: 'call', id: 7, operation: 'count', parameters, progress });
  });
  return posted;
}

describe('the service', () => {
  test('tells of the progress of a call at most ten times a second, and of the last record', async () => {
    const posted = await answered({}, true);
    expect(posted.slice(0, 1)).toEqual([{ type: 'progress', id: 7, progress: 1 }]);
    expect(posted.slice(-2)).toEqual([
      { type: 'progress', id: 7, progress: 1000 },
      { type: 'result', id: 7, result: 1000 },
    ]);
    expect(posted.length).toBeLessThan(100);
  });

  test('tells of none when nobody wants to hear', async () => {
    expect(await answered({ to: 3 }, false)).toEqual([{ type: 'result', id: 7, result: 3 }]);
  });

  test('names the parameter that is not as it was declared', async () => {
    const [answer] = await answered({ to: 'many' }, false);
    expect(answer).toMatchObject({ type: 'failure', failure: { kind: 'user' } });
    expect(answer?.type === 'failure' && answer.failure.message).toMatch(/The option to is not valid/);
  });
});

test('work that is cancelled while it waits for its model ends at once, and never begins', async () => {
  let letIn: (() => void) | undefined;
  const pool = {
    use: async <R>(_: unknown, work: (loaded: string) => Promise<R> | R): Promise<R> => {
      await new Promise<void>(resolve => {
        letIn = resolve;
      });
      return work('a model');
    },
  };
  const controller = new AbortController();
  let begun = false;
  const call = { signal: controller.signal, looks: false };
  const work = withModel(pool, { folder: '/', device: 'cpu' }, call, () => {
    begun = true;
  });
  controller.abort();
  await expect(work).rejects.toThrow(Cancelled);
  letIn?.();
  await new Promise(setImmediate);
  expect(begun).toBe(false);
});
