const variables = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'] as const;

/**
 * Lets `fetch` of this process go through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name: Node 20 does not by
 * itself. The library is loaded only where one is named.
 */
export async function honourProxies(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (!variables.some(name => environment[name])) return;
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici');
  setGlobalDispatcher(new EnvHttpProxyAgent());
}
