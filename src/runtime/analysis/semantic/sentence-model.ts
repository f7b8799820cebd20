import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { counted } from '../../counted.ts';
import { messageOf, UserError } from '../../errors.ts';
import { isMissing, readBounded } from '../../files/bounded.ts';
import { accessFromEnvironment, hubCache } from '../../models/hub/access.ts';
import { fetchSnapshot } from '../../models/hub/fetching.ts';
import { snapshotsOf } from '../../models/hub/installed.ts';
import type { Announced } from '../../models/hub/repository.ts';

/** A file of a pinned model: nothing else is used under its name. */
export interface PinnedFile {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** A sentence model at one commit of the hub, with what its files are. */
export interface PinnedSentenceModel {
  readonly name: string;
  /** A commit: nobody can move it. */
  readonly revision: string;
  readonly files: Readonly<Record<'config.json' | 'tokenizer.json' | 'onnx/model.onnx', PinnedFile>>;
  /** Tokens of a text that are looked at, those around it included; the rest of a longer text is left out. */
  readonly mostTokens: number;
}

/**
 * The paper's sentence model. The numbers are those that several public projects pin for this commit independently of
 * each other; the hub itself could not be asked. The longest text is that of its sentence_bert_config.json.
 */
export const allMiniLm: PinnedSentenceModel = {
  name: 'sentence-transformers/all-MiniLM-L6-v2',
  revision: '1110a243fdf4706b3f48f1d95db1a4f5529b4d41',
  files: {
    'config.json': { bytes: 612, sha256: '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41' },
    'tokenizer.json': { bytes: 466_247, sha256: 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037' },
    'onnx/model.onnx': {
      bytes: 90_405_214,
      sha256: '6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452',
    },
  },
  mostTokens: 256,
};

/** A model whose files have been checked. */
export interface SentenceModelFiles {
  /** With config.json and onnx/model.onnx. */
  readonly folder: string;
  /** The content of tokenizer.json. */
  readonly tokenizer: Uint8Array;
}

async function readPinned(folder: string, path: string, { bytes, sha256 }: PinnedFile): Promise<Uint8Array> {
  const place = join(folder, path);
  const content = await readBounded(place, bytes);
  if (content.length === bytes && createHash('sha256').update(content).digest('hex') === sha256) return content;
  throw new UserError(
    `${place} is not the file that was published (its SHA-256 or its size is another one) and was not used; remove this model from the cache and download it again.`,
  );
}

async function filesIn(folder: string, { files }: PinnedSentenceModel): Promise<SentenceModelFiles> {
  for (const path of ['config.json', 'onnx/model.onnx'] as const) await readPinned(folder, path, files[path]);
  return { folder, tokenizer: await readPinned(folder, 'tokenizer.json', files['tokenizer.json']) };
}

/**
 * Reads the model from the Hugging Face cache that other tools share, from whichever commit has the pinned files.
 *
 * @returns undefined when there is none
 * @throws UserError when all that there are have other files under these names.
 */
export async function cachedSentenceModel(model: PinnedSentenceModel): Promise<SentenceModelFiles | undefined> {
  let refused: UserError | undefined;
  for (const { folder } of await snapshotsOf(hubCache(), model.name)) {
    try {
      return await filesIn(folder, model);
    } catch (error) {
      if (error instanceof UserError) refused ??= error;
      else if (!isMissing(error))
        throw new UserError(`The sentence model in ${folder} cannot be read (${messageOf(error)}).`);
    }
  }
  if (refused) throw refused;
  return undefined;
}

/**
 * Fetches the pinned commit of the model (90 MB) into that cache. Only to be called when somebody has agreed to it.
 *
 * @throws UserError when it cannot be had, or the hub has other files at this commit.
 */
export async function fetchSentenceModel(model: PinnedSentenceModel): Promise<SentenceModelFiles> {
  const { name, revision, files } = model;
  const plan = ({ files: announced }: Announced) => {
    const wanted = Object.keys(files).flatMap(path => announced.filter(file => file.path === path));
    const lacking = Object.keys(files).length - wanted.length;
    if (lacking)
      throw new UserError(
        `${name} at ${revision} lacks ${counted(lacking, 'file')} on this hub; name another mirror in HF_ENDPOINT.`,
      );
    for (const { path, bytes, digest } of wanted) {
      const pinned = Object.entries(files).find(([known]) => known === path)?.[1];
      if (bytes !== pinned?.bytes || (digest.kind === 'sha256' && digest.hex !== pinned.sha256))
        throw new UserError(
          `The hub announces another ${path} of ${name} at ${revision} than was published, and nothing was fetched; name another mirror in HF_ENDPOINT.`,
        );
    }
    return { first: [], rest: wanted };
  };
  const folder = await fetchSnapshot(
    await accessFromEnvironment(),
    { name, revision },
    { plan, check: () => Promise.resolve() },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  return await filesIn(folder, model);
}
