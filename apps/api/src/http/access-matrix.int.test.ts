import { randomUUID } from 'node:crypto';
import { listRoutes } from '@attune/contract';
import type { Grant } from '@attune/domain';
import { makeHolder, makeLimitedTokens, makeRefusedTokens } from '../testing/access-callers.js';
import type { RefusedTokens } from '../testing/access-callers.js';
import { closeConnections, sendWire } from '../testing/fuzz/send-wire.js';
import { everything, useTestApi } from '../testing/test-api.js';

const t = useTestApi();

/** Nothing of it needs to exist: who may not is told so first. A placeholder that is not here fails the tests. */
const samples: Readonly<Record<string, string>> = {
  id: '1',
  ref: 'core.echo',
  token_id: '1',
  session_id: randomUUID(),
  version: '1',
  key: 'wh_none',
  status: 'failed',
  request_id: 'none',
};

const guarded = listRoutes()
  .filter(({ route }) => route.permission !== 'public')
  .map(({ name, route }) => ({
    name,
    method: route.method,
    permission: route.permission,
    path: route.path.replaceAll(/\{(\w+)\}/g, (placeholder, key: string) => samples[key] ?? placeholder),
  }));
const decided = guarded.filter(({ permission }) => permission !== 'authenticated');

const refused = { status: 401, code: 'UNAUTHORIZED' };
const denied = { status: 403, code: 'FORBIDDEN' };
let refusedTokens: RefusedTokens;
let ground: unknown;
let limitedTokens: Awaited<ReturnType<typeof makeLimitedTokens>>;

beforeAll(async () => {
  refusedTokens = await makeRefusedTokens(t.db, everything);
  ground = await refusedTokens.ground();
  limitedTokens = await makeLimitedTokens(t.db, everything);
});
afterAll(closeConnections);

test('every placeholder has a sample', () => {
  expect(guarded.filter(({ path }) => path.includes('{')).map(({ name }) => name)).toEqual([]);
});

test('the tokens that are refused would be let in but for what is wrong with them', async () => {
  const { status } = await send('GET', '/auth/me', refusedTokens.accepted);
  expect(status).toBe(200);
});

test.each(guarded)('$name is refused to who does not say, or does not prove, who they are', async (route) => {
  const tokens = [['no token', undefined] as const, ...Object.entries(refusedTokens.tokens)];
  const answers = await Promise.all(tokens.map(async ([who, token]) => [who, await answerOf(route, token)]));
  expect(answers).toEqual(tokens.map(([who]) => [who, refused]));
  expect(await refusedTokens.ground()).toEqual(ground);
});

test.each(decided)('$name is denied to every token that stands for less', async (route) => {
  const callers = Object.entries(limitedTokens).filter(
    ([, { allowed }]) => !allowed.includes(route.permission),
  );
  const answers = await Promise.all(
    callers.map(async ([who, { token }]) => [who, await answerOf(route, token)] as const),
  );
  expect(answers).toEqual(callers.map(([who]) => [who, denied]));
});

test.each(permissionsOf())('%s is not among all the others', async (permission, routes) => {
  const { token } = await makeHolder(t.db, withoutPermission(permission));
  const answers = await Promise.all(routes.map(async (route) => [route.name, await answerOf(route, token)]));
  expect(answers).toEqual(routes.map(({ name }) => [name, denied]));
});

/** What a path may be written as, so that something in front reads it otherwise than the server does. */
const tricks: Readonly<Record<string, (path: string) => string>> = {
  'a slash more in front': (path) => `/${path}`,
  'a slash more inside': (path) => path.replace(/(?<=.)\//, '//'),
  'a dot segment': (path) => path.replace(/(?<=.)\//, '/./'),
  'a way up': (path) => `/health/..${path}`,
  'an encoded way up': (path) => `/health/%2e%2e${path}`,
  'an encoded slash': (path) => path.replace(/(?<=.)\//, '%2f'),
  'an encoded letter': (path) => `${path.slice(0, 1)}%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  'capital letters': (path) => path.toUpperCase(),
  'a slash at the end': (path) => `${path}/`,
  'a semicolon': (path) => `${path};a=b`,
  'a NUL at the end': (path) => `${path}%00`,
  'a backslash': (path) => path.replace(/(?<=.)\//, '%5c'),
};

test.each(guarded)(
  '$name is not opened by any way to write its path, to nobody and to whom it is not for',
  async (route) => {
    const callers = [undefined, limitedTokens['an account without permissions']?.token];
    const opened = await Promise.all(callers.map((token) => openedBy(route, token)));
    expect(opened).toEqual([[], []]);
  },
);

/** The tricks that are answered otherwise than by a refusal, or as the plain path is. */
async function openedBy(
  { method, path, permission }: Pick<(typeof guarded)[number], 'method' | 'path' | 'permission'>,
  token: string | undefined,
): Promise<[string, number][]> {
  const { status: plain } = await send(method, path, token);
  const refusals = [400, 401, 403, 404, 405, plain];
  // What everybody may do who is logged in is decided on when it is known what they ask for.
  if (permission === 'authenticated') refusals.push(422);
  const answers = Object.entries(tricks).map(async ([trick, write]): Promise<[string, number]> => [
    trick,
    (await send(method, write(path), token)).status,
  ]);
  return (await Promise.all(answers)).filter(([, status]) => !refusals.includes(status));
}

test.each(guarded)(
  '$name is not opened by another method, or by a header that names one',
  async ({ method, path }) => {
    const others = ['HEAD', 'OPTIONS', 'TRACE'];
    const statuses = await Promise.all(
      others.map(async (other) => (await send(other, path, undefined)).status),
    );
    expect(statuses.filter((status) => ![401, 404, 405].includes(status))).toEqual([]);
    const overrides = {
      'x-http-method-override': 'GET',
      'x-method-override': 'GET',
      'x-original-url': '/health',
    };
    expect((await send(method, path, undefined, overrides)).status).toBe(401);
  },
);

async function answerOf({ method, path }: { method: string; path: string }, token: string | undefined) {
  const { status, text = '' } = await send(method, path, token);
  return { status, code: (JSON.parse(text) as { code?: string }).code };
}

function send(method: string, target: string, token: string | undefined, more: Record<string, string> = {}) {
  const isSent = method !== 'GET' && method !== 'HEAD' && method !== 'TRACE';
  const headers = {
    ...(isSent ? { 'content-type': 'application/json' } : {}),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...more,
  };
  return sendWire(
    t.api.url,
    { method, target, headers, body: isSent ? '{}' : undefined, isElsewhere: false },
    10_000,
  );
}

function permissionsOf(): [string, typeof decided][] {
  const all = [...new Set(decided.map(({ permission }) => permission))];
  return all.map((permission) => [permission, decided.filter((route) => route.permission === permission)]);
}

function withoutPermission(permission: string): Grant[] {
  return everything.filter(({ resource, actions }) => `${resource}:${actions[0] ?? ''}` !== permission);
}
