import { listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { messageOf, UserError } from '../../errors.ts';
import { modelTypeIn } from '../config.ts';
import { type HubAccess, HubRefusal, hubFetch } from './access.ts';
import type { AnnouncedFile } from './blob.ts';
import type { ModelReference } from './reference.ts';

/** What the hub says of a model at a revision. */
export interface Announced {
  readonly name: string;
  /** The commit that the revision leads to now. */
  readonly commit: string;
  readonly gated: boolean;
  /** Identifier of the licence; null where none is given. */
  readonly licence: string | null;
  /** `model_type` of its config.json, which names the family; null where the hub does not say. */
  readonly type: string | null;
  /** As the hub counts them in the safetensors; null where it has not. */
  readonly parameters: number | null;
  readonly files: readonly AnnouncedFile[];
}

const told = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.boolean(), z.string()]).optional(),
  cardData: z.looseObject({ license: z.unknown(), license_name: z.unknown() }).partial().nullish(),
  config: z.unknown(),
  safetensors: z.looseObject({ total: z.number() }).nullish(),
});
const listed = z.object({
  type: z.string(),
  path: z.string(),
  size: z.number().int().min(0),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().min(0) }).optional(),
});

/** Of one answer: a page of a thousand files has half a megabyte. */
const mostAnswerBytes = 16 * 2 ** 20;
/** Answers on one model: hundreds of thousands of files. */
const mostAnswers = 500;

/**
 * Asks with limits: what a hub says of a model is kept in memory, and whoever it is may say it without an end.
 *
 * @throws UserError when an answer, or their number, is larger than any of a hub.
 */
function bounded(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  let answers = 0;
  return async (input, init) => {
    const response = await fetch(input, init);
    const { host } = new URL(input instanceof Request ? input.url : input);
    const tooMuch = (): UserError =>
      new UserError(`${host} says more of this model than a hub does, and nothing was fetched; check HF_ENDPOINT.`);
    if (++answers > mostAnswers) throw tooMuch();
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      bytes += piece.length;
      if (bytes > mostAnswerBytes) throw tooMuch();
      pieces.push(piece);
    }
    const { status, statusText, headers } = response;
    return new Response(bytes ? Buffer.concat(pieces) : null, { status, statusText, headers });
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);

/**
 * Asks the hub what a model has at a revision. The list of files is of the commit that the revision led to a moment
 * before, so it does not matter when the revision moves on meanwhile.
 *
 * @throws UserError as `hubFetch`, or when the answer makes no sense; as the signal says when it is aborted.
 */
export async function announcedBy(
  access: HubAccess,
  { name, revision = 'main' }: ModelReference,
  signal: AbortSignal,
): Promise<Announced> {
  const hubUrl = access.endpoint;
  const fetch = bounded(hubFetch(access, { name, revision }, signal));
  try {
    const fields = ['sha', 'cardData', 'config', 'safetensors'] as const;
    const info = told.parse(await modelInfo({ name, revision, hubUrl, fetch, additionalFields: [...fields] }));
    const files: AnnouncedFile[] = [];
    for await (const entry of listFiles({ repo: name, revision: info.sha, recursive: true, hubUrl, fetch }))
      if (entry.type === 'file') files.push(fileOf(listed.parse(entry)));
    const { license, license_name: ownName } = info.cardData ?? {};
    return {
      name,
      commit: info.sha,
      gated: Boolean(info.gated),
      licence: license === 'other' ? (textOrNull(ownName) ?? 'other') : textOrNull(license),
      type: modelTypeIn(info.config) ?? null,
      parameters: info.safetensors?.total ?? null,
      files,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${new URL(hubUrl).host} does not answer as a model hub (${reasonOf(error)}); check HF_ENDPOINT, or try again later.`,
    );
  }
}

/** What is wrong with an answer. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `its "${error.issues[0]?.path.join('.')}" makes no sense`;
  return error instanceof TypeError ? 'its answers make no sense' : (messageOf(error).split('\n')[0] ?? '');
}

function fileOf({ path, size, oid, lfs }: z.output<typeof listed>): AnnouncedFile {
  return lfs
    ? { path, bytes: lfs.size, digest: { kind: 'sha256', hex: lfs.oid } }
    : { path, bytes: size, digest: { kind: 'git', hex: oid } };
}

/** Whether the hub knows of no such model, or not for this person. */
export const isUnknown = (error: unknown): boolean => error instanceof HubRefusal && error.reason === 'unknown';
