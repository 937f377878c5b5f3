import { listRoutes } from '@attune/contract';
import { generateKeyPair, SignJWT } from 'jose';
import { useTestApi } from '../testing/test-api.js';

const test_api = useTestApi();

/** Every route with the placeholders filled in; nothing of it needs to exist: who may not is told so first. */
const guarded = listRoutes()
  .filter(({ route }) => route.permission !== 'public')
  .map(({ name, route }) => ({
    name,
    method: route.method,
    permission: route.permission,
    path: route.path.replace('{id}', '1').replace('{ref}', 'core.echo'),
  }));

async function statusOf(method: string, path: string, token?: string) {
  const json = method === 'GET' ? undefined : {};
  const { status, body } = await test_api.request(method, path, { token, ...(json ? { json } : {}) });
  return { status, code: body.code };
}

const refused = { status: 401, code: 'UNAUTHORIZED' };

describe.each(guarded)('$name', ({ method, path, permission }) => {
  test('is refused without a token', async () => {
    expect(await statusOf(method, path)).toEqual(refused);
  });

  test('is refused with garbage for a token', async () => {
    expect(await statusOf(method, path, 'garbage')).toEqual(refused);
    expect(await statusOf(method, path, 'e30.e30.e30')).toEqual(refused);
  });

  test('is refused with a token of another key', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const forged = await new SignJWT({ kind: 'access', sid: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'another' })
      .setSubject('1')
      .setIssuer('attune')
      .setAudience('attune')
      .setJti('x')
      .setExpirationTime('1h')
      .sign(privateKey);
    expect(await statusOf(method, path, forged)).toEqual(refused);
  });

  if (permission !== 'authenticated') {
    test('is refused to who has no permission', async () => {
      const { token } = await nobody();
      expect(await statusOf(method, path, token)).toEqual({ status: 403, code: 'FORBIDDEN' });
    });

    test('is refused to who has every permission but this one', async () => {
      const { token } = await everybodyBut(permission);
      expect(await statusOf(method, path, token)).toEqual({ status: 403, code: 'FORBIDDEN' });
    });
  }
});

test('an expired token is refused on every route', async () => {
  const { token } = await test_api.login();
  test_api.clock.ms += 901_000;
  for (const { name, method, path } of guarded) {
    expect({ name, ...(await statusOf(method, path, token)) }).toEqual({ name, ...refused });
  }
});

test.each([
  '//api/v1/rules',
  '/api//v1/rules',
  '/api/v1/./rules',
  '/api/v1/x/../rules',
  '/API/v1/rules',
  '/api/v1/rules/',
  '/api/v1/%72ules',
  '/api/v1/rules%2f',
])('the path %s opens nothing', async (path) => {
  const { status } = await test_api.request('GET', path);
  expect([401, 404]).toContain(status);
});

const known = new Map<string, ReturnType<typeof test_api.login>>();

function nobody() {
  const account = known.get('') ?? test_api.login([]);
  known.set('', account);
  return account;
}

function everybodyBut(permission: string) {
  const account =
    known.get(permission) ??
    test_api.login(
      guarded
        .map((route) => route.permission.split(':') as [never, string])
        .filter(
          ([resource, action]) => action !== undefined && `${resource as string}:${action}` !== permission,
        )
        .map(([resource, action]) => ({ resource, actions: [action] })),
    );
  known.set(permission, account);
  return account;
}
