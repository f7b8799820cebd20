import { fileURLToPath } from 'node:url';
import { honourProxies } from '../models/hub/proxies.ts';
import { trialsApart } from '../onnxruntime/trial-process.ts';
import { handlers } from './handlers/index.ts';
import { type FromEngine, readsOnly } from './messages.ts';
import { ModelPool } from './model-pool.ts';
import { EngineService } from './service.ts';

// The engine's own process: forked by the client, it ends with it. Ctrl-C in a terminal reaches every process of the
// group; what it means is for the client to say.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

await honourProxies();

// A client that is gone needs no answer: `disconnect` follows.
const post = (message: FromEngine): void => void process.send?.(message, () => undefined);
const models = new ModelPool({
  readsOnly: process.argv.includes(readsOnly),
  attempt: trialsApart(fileURLToPath(new URL('trial.mjs', import.meta.url))),
});
const service = new EngineService(post, handlers(models));
process.on('message', message => service.receive(message as Parameters<EngineService['receive']>[0]));
