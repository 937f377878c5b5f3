import { listRoutes } from '../routes.js';

/**
 * The address of every route that reads and answers at once, with every value for its first parameter by name (`1` where
 * there is none) and `1` for those behind.
 */
export function readingAddresses(values: Readonly<Record<string, readonly string[]>>): string[] {
  const addresses = listRoutes()
    .map(({ route }) => route)
    .filter((route) => route.method === 'GET' && route.stream === undefined && !('events' in route.response))
    .flatMap(({ path }) => {
      const name = /\{(\w+)\}/.exec(path)?.[1] ?? '';
      return (values[name] ?? ['1']).map((value) =>
        path.replace(/\{\w+\}/, value).replaceAll(/\{\w+\}/g, '1'),
      );
    })
    .filter((path) => !path.startsWith('/api/v1/webhooks/') && path !== '/api/v1/stream');
  return [...new Set(addresses)];
}
