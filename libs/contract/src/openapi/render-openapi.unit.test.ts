import { listRoutes } from '../routes.js';
import { renderOpenApi } from './render-openapi.js';

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: unknown;
  responses: Record<string, { content: Record<string, unknown> }>;
  security?: unknown[];
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const document = renderOpenApi(listRoutes()) as unknown as Document;

test('the document has every route, once, with its success status', () => {
  for (const { name, route } of listRoutes()) {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()];
    expect(operation?.operationId).toBe(name);
    const success = route.response.kind === 'redirect' ? 303 : (route.status ?? 200);
    expect(Object.keys(operation?.responses ?? {})).toContain(String(success));
  }
  const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
  expect(operations).toHaveLength(listRoutes().length);
});

test('path parameters are those of the path', () => {
  for (const { name, route } of listRoutes()) {
    const placeholders = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key);
    expect({ name, params: Object.keys(route.params?.shape ?? {}) }).toEqual({ name, params: placeholders });
  }
});

test('every reference leads to something of the document', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, ref]) => ref ?? '',
  );
  const target = (ref: string) =>
    ref
      .split('/')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
  expect(references.filter((ref) => target(ref) === undefined)).toEqual([]);
  expect(references).toContain('components/schemas/Rule');
});

test('query parameters are optional and typed', () => {
  const parameters = document.paths['/api/v1/executions']?.['get']?.parameters ?? [];
  expect(parameters).toContainEqual(
    expect.objectContaining({
      name: 'page_size',
      in: 'query',
      required: false,
      schema: expect.objectContaining({ type: 'integer' }),
    }),
  );
});

test('only routes that say so are open to everybody', () => {
  const open = listRoutes()
    .filter(({ route }) => route.permission === 'public')
    .map(({ name }) => name);
  expect(open).toEqual([
    'auth.login',
    'auth.refresh',
    'auth.setupPage',
    'auth.setup',
    'auth.jwks',
    'signIn.begin',
    'signIn.callback',
    'signIn.exchange',
    'signIn.ldap',
    'account.settings',
    'account.register',
    'account.tokenLogin',
    'webhooks.receivePost',
    'webhooks.receivePut',
    'webhooks.receiveGet',
    'system.health',
    'system.live',
    'system.ready',
    'system.openapi',
  ]);
});

test('no two routes answer the same request', () => {
  const keys = listRoutes().map(({ route }) => `${route.method} ${route.path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(keys).size).toBe(keys.length);
});
