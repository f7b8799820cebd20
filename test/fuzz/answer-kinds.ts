import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lendProvider } from '../../src/runtime/cuda/lend.ts';
import { storeProvider } from '../../src/runtime/cuda/store.ts';
import { unpack } from '../../src/runtime/cuda/unpack.ts';
import { fetchLanguageModel } from '../../src/runtime/models/hub/language-model.ts';
import { announcedBy } from '../../src/runtime/models/hub/repository.ts';
import { tokenize } from '../../src/runtime/operations/models.ts';
import { libraries, provider } from './answer-seeds.ts';
import { withAnswers } from './answers.ts';
import type { Kind } from './kinds.ts';
import { text } from './seeds.ts';
import { Trial } from './trial.ts';

/** Installs the package of a feed that says other things than it should; and unpacks it, whatever its hash. */
const useFeed: Kind['use'] = async (folder, _changed, signal) => {
  const trial = new Trial(folder, signal, []);
  const [store, runtime, unpacked] = ['store', 'runtime', 'unpacked'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const place of [runtime, unpacked]) await mkdir(place);
  await withAnswers(folder, async origin => {
    const asked = { ...provider, libraries, feed: `${origin}/feed`, maker: `${origin}/maker` };
    await trial.attempt(() => storeProvider({ provider: asked, store, signal, onProgress: () => undefined }));
    await trial.attempt(() => lendProvider(store, asked, runtime));
  });
  await trial.attempt(() => unpack(join(folder, 'package.nupkg'), libraries, unpacked, signal));
  return trial;
};

/** Fetches a model from a hub that says other things than it should, and opens what has come. */
const useHubAnswers: Kind['use'] = async (folder, _changed, signal) => {
  const trial = new Trial(folder, signal);
  await withAnswers(folder, async origin => {
    const freeBytes = (): Promise<number> => Promise.resolve(2 ** 40);
    const access = { endpoint: origin, token: 'hf_x', cache: join(folder, 'cache'), offline: false, freeBytes };
    const reference = { name: 'a/b', revision: undefined };
    await trial.attempt(() => announcedBy(access, reference, signal));
    const hooks = { signal, onProgress: () => undefined };
    const fetched = await trial.attempt(() => fetchLanguageModel(access, reference, hooks));
    if (fetched !== undefined) await trial.ask(tokenize, { folder: fetched, device: 'cpu', text });
  });
  return trial;
};

/** What other machines say. */
export const answerKinds: readonly Kind[] = [
  { name: 'feed-answers', folder: 'feed', damaged: /\.json$/, use: useFeed },
  { name: 'feed-package', folder: 'feed', damaged: /\.nupkg$/, use: useFeed },
  { name: 'hub-answers', folder: 'hub-answers', damaged: /^(answers|info|.*-page)\.json$/, use: useHubAnswers },
];
