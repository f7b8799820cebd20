import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { EngineService } from './service.ts';

// The engine's own process: forked by the client, it ends with it. Ctrl-C in a terminal reaches every process of the
// group; what it means is for the client to say.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
new EngineService(connection);
connection.listen();
