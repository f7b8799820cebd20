import { Redis } from 'ioredis';
import { messageOf, UserError } from '../../runtime/errors.ts';

const longestWait = 2000;

/** Without the password. */
export function shownAddress(url: string): string {
  const address = new URL(url);
  address.password = address.password && '...';
  return address.toString();
}

/**
 * Connects to Redis. A connection that is lost later is made again, and commands wait for it.
 *
 * @throws UserError when there is no Redis at the address now.
 */
export async function connectTo(url: string): Promise<Redis> {
  if (!/^rediss?:\/\/[^/]+/.test(url) || !URL.canParse(url))
    throw new UserError(`${url} is no address of Redis; give one such as redis://localhost:6379.`);
  let met = false;
  let problem = '';
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: attempt => (met ? Math.min(100 * attempt, longestWait) : null),
  });
  redis.on('error', error => {
    problem = messageOf(error);
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    throw new UserError(
      `There is no Redis at ${shownAddress(url)} that can be used (${problem || messageOf(error)}); start one there with redis-server, or give another address.`,
    );
  }
  met = true;
  return redis;
}

/** Says when the connection is lost and when it is back. @returns what ends it */
export function followConnection(
  redis: Redis,
  say: (sentence: string) => void,
  onReturn: () => void = () => undefined,
): () => void {
  let away = false;
  const close = (): void => {
    if (!away) say('The connection to Redis is lost; waiting until it is back.');
    away = true;
  };
  const ready = (): void => {
    if (away) say('Redis is back.');
    away = false;
    onReturn();
  };
  redis.on('close', close);
  redis.on('ready', ready);
  return () => {
    redis.off('close', close);
    redis.off('ready', ready);
  };
}
