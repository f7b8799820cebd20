import { describe, expect, test } from 'vitest';
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import { Channel } from '../../../src/views/panel/channel.ts';
import { panelRequests, solutionsRequests } from '../../../src/views/requests.ts';

interface Table {
  readonly double: { readonly params: { readonly of: number }; readonly result: number };
}

/** What a webview gets that sends these messages. */
async function answersTo(...messages: readonly unknown[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  let receive: (message: unknown) => unknown = () => undefined;
  const onDidReceiveMessage: vscode.Event<unknown> = listener => {
    receive = listener;
    return { dispose: () => undefined };
  };
  const webview = {
    onDidReceiveMessage,
    postMessage: (message: unknown) => {
      answers.push(message);
      return Promise.resolve(true);
    },
  };
  const reporter = { sentenceOf: (error: unknown) => String(error) };
  new Channel<Table, never>(
    webview,
    { double: z.object({ of: z.number() }) },
    { double: ({ of }) => 2 * of },
    reporter,
  );
  for (const message of messages) await receive(message);
  return answers;
}

describe('the host of a webview', () => {
  test('answers a request by its id', async () => {
    expect(await answersTo({ type: 'request', id: 'a 1', name: 'double', params: { of: 4 } })).toEqual([
      { type: 'reply', id: 'a 1', result: 8 },
    ]);
  });

  test('refuses parameters that were not agreed on, and requests that there are not', async () => {
    const answers = await answersTo(
      { type: 'request', id: '1', name: 'double', params: { of: 'four' } },
      { type: 'request', id: '2', name: 'toString', params: null },
    );
    expect(answers).toMatchObject([
      { type: 'failure', id: '1', message: expect.stringContaining('double') },
      { type: 'failure', id: '2', message: expect.stringContaining('toString') },
    ]);
  });

  test('takes no notice of what is no request', async () => {
    expect(await answersTo(null, 'hello', { type: 'request', id: 1, name: 'double', params: { of: 1 } })).toEqual([]);
  });
});

test('requests of both pages take what the pages send, and nothing else', () => {
  expect(panelRequests.act.safeParse({ action: 'save' }).success).toBe(true);
  expect(panelRequests.act.safeParse({ action: 'format' }).success).toBe(false);
  expect(panelRequests.hoverToken.safeParse({ index: null }).success).toBe(true);
  expect(panelRequests.exportFile.safeParse({ name: 'a.png', content: new Uint8Array(3) }).success).toBe(true);
  const pairs = [[0, 1]];
  expect(solutionsRequests.connect.safeParse({ pairs, steps: 10, grid: 5, retrain: false }).success).toBe(true);
  expect(solutionsRequests.connect.safeParse({ pairs, steps: 10, grid: 1, retrain: false }).success).toBe(false);
  expect(solutionsRequests.connect.safeParse({ pairs: 'all', steps: 10, grid: 5, retrain: false }).success).toBe(false);
});
