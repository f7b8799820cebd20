import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './paths.ts';

/** Debian's package redis-server has it. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
/** For the names of tests that need it. */
export const whyNoRedis = hasRedis ? '' : ' (left out: there is no redis-server here)';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** A Redis of a test's own that keeps its data in a folder. */
export class TestRedis {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), temporaryFolder());
    onTestFinished(() => redis.stop());
    await redis.begin();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Ends it as a machine that is switched off does, and starts it again. */
  async restart({ losingData }: { readonly losingData: boolean }): Promise<void> {
    await this.stop();
    if (losingData) rmSync(`${this.folder}/appendonlydir`, { recursive: true, force: true });
    await this.begin();
  }

  private async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  private async begin(): Promise<void> {
    const kept = ['--dir', this.folder, '--appendonly', 'yes', '--save', ''];
    const child = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', ...kept]);
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('Ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`redis-server ended: ${said}`)));
    });
  }
}
