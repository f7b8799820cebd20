// All of zod would be most of the extension's bundle.
import * as z from 'zod/mini';
import { cuts } from '../../runtime/experiments/texts.ts';
import { connect } from '../../runtime/operations/analyses.ts';
import { continuationWish } from '../../runtime/operations/experiments.ts';
import { modelParameters } from '../../runtime/operations/operation.ts';
import { findSolutions } from '../../runtime/operations/solutions.ts';
import { formatName, formatVersion, head, parse } from './job-format.ts';
import type { StoredWork } from './plan.ts';

const common = {
  id: z.uuid(),
  title: z.string(),
  place: z.object({ name: z.string(), uri: z.nullable(z.string()) }),
};
const plans = {
  solutions: z.object({
    ...common,
    kind: z.literal('solutions'),
    parameters: z.omit(findSolutions.parameters, { checkpoint: true }),
  }),
  // The file of solutions lies beside it.
  connect: z.object({
    ...common,
    kind: z.literal('connect'),
    parameters: z.omit(connect.parameters, { checkpoint: true, file: true }),
  }),
  experiment: z.object({
    ...common,
    kind: z.literal('experiment'),
    parameters: z.object({
      out: z.string(),
      name: z.string(),
      preset: z.enum(['quick', 'paper']),
      settings: z.record(z.string(), z.unknown()),
      model: z.object(modelParameters),
      source: z.object({
        paths: z.array(z.string()),
        cut: z.enum(cuts),
        words: z.nullable(z.string()),
        seed: z.optional(z.int()),
        continuations: z.optional(continuationWish),
      }),
    }),
  }),
};
const stored = z.object({
  problem: z.nullable(z.string()),
  plan: z.discriminatedUnion('kind', [plans.solutions, plans.connect, plans.experiment]),
});

/** What was asked for, as JSON; the bytes of a file are kept beside it. */
export function writeWork({ plan, problem }: StoredWork): string {
  const document = { format: formatName, version: formatVersion, kind: plan.kind, problem, plan };
  return `${JSON.stringify(document, withoutBytes, 2)}\n`;
}

/**
 * Undefined when it is no such work, one of another version, or damaged.
 *
 * @param start bytes of the file that was kept beside it
 */
export function readWork(text: string, start: Uint8Array | undefined): StoredWork | undefined {
  const json = parse(text);
  const known = head.safeParse(json);
  const parsed = stored.safeParse(json);
  if (!known.success || known.data.version !== formatVersion || !parsed.success) return undefined;
  const { plan, problem } = parsed.data;
  if (plan.kind !== 'connect') return { plan, problem };
  return start && { plan: { ...plan, parameters: { ...plan.parameters, file: start } }, problem };
}

const withoutBytes = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? undefined : value);
