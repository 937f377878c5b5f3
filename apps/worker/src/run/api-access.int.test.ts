import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClaimedExecution } from '@attune/db';
import { SecretValue } from '@attune/domain';
import type { Session } from '../presence/session.js';
import { createApiAccess } from './api-access.js';
import type { ApiAddress } from './api-access.js';
import { executionToken } from './execution-token.js';
import { openParameters } from './open-parameters.js';

interface Asked {
  path: string | undefined;
  token: string | undefined;
  body: unknown;
}

const asked: Asked[] = [];
/** Statuses of the next answers; 201 when there is none. */
const failures: number[] = [];
/** What the API opens. */
let parameters: unknown;
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      asked.push({ path: request.url, token: request.headers.authorization, body });
      const token = `token ${asked.length}`;
      const data = {
        token,
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        parameters,
        secrets: [1],
      };
      response.writeHead(failures.shift() ?? 201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data, error: 'refused', code: 'X' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked.length = 0;
  failures.length = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

function session(): Session {
  return { hold: { workerId: 3, incarnation: 2 }, signal: new AbortController().signal };
}

function tokensFrom(address: ApiAddress) {
  const api = createApiAccess(address);
  return { tokenFor: (of: ClaimedExecution, own: Session) => executionToken(api, of, own) };
}

const claimed = { id: 17, attempt: 1, executor: 5, permission_set_refs: ['ops.set'] } as ClaimedExecution;

test('a worker asks with its API token for its own, and with that for those of executions', async () => {
  const tokens = tokensFrom({ url, token: 'atk_x' });
  const own = session();
  expect(await tokens.tokenFor(claimed, own)).toBe('token 2');
  expect(await tokens.tokenFor({ ...claimed, id: 18 }, own)).toBe('token 3');
  expect(asked).toEqual([
    { path: '/auth/worker-token', token: 'Bearer atk_x', body: { worker_id: 3, incarnation: 2 } },
    { path: '/auth/execution-token', token: 'Bearer token 1', body: { execution_id: 17, attempt: 1 } },
    { path: '/auth/execution-token', token: 'Bearer token 1', body: { execution_id: 18, attempt: 1 } },
  ]);
});

test('it asks for nothing for an execution that is given nothing', async () => {
  const tokens = tokensFrom({});
  expect(await tokens.tokenFor({ ...claimed, permission_set_refs: [] }, session())).toBeUndefined();
  expect(await tokens.tokenFor({ ...claimed, executor: null }, session())).toBeUndefined();
});

test('without an API token it says what is missing', async () => {
  const tokens = tokensFrom({ url });
  await expect(tokens.tokenFor(claimed, session())).rejects.toThrow('its worker has no api.token');
});

test('an API that is not there for a moment, or a worker token that has ended, is asked again', async () => {
  const tokens = tokensFrom({ url, token: 'atk_x' });
  failures.push(503, 201, 401);
  expect(await tokens.tokenFor(claimed, session())).toBe('token 5');
  expect(asked.map(({ path }) => path)).toEqual([
    '/auth/worker-token',
    '/auth/worker-token',
    '/auth/execution-token',
    '/auth/worker-token',
    '/auth/execution-token',
  ]);
});

test('a refusal is not asked again', async () => {
  const tokens = tokensFrom({ url, token: 'atk_x' });
  failures.push(201, 409);
  await expect(tokens.tokenFor(claimed, session())).rejects.toThrow('refused');
  expect(asked).toHaveLength(2);
});

describe('parameters', () => {
  const param_schema = { pin: { type: 'integer', secret: true }, name: { type: 'string' } };
  const of = { claimed: { ...claimed, action_snapshot: { param_schema } } as unknown as ClaimedExecution };
  const sealed = { pin: new SecretValue([{ key: 'ops.pin' }]), name: 'x' };
  const open = (given: Record<string, unknown>) =>
    openParameters(createApiAccess({ url, token: 'atk_x' }), given, { ...of, session: session() });

  test('are asked for when they hold a secret, and only then', async () => {
    const plain = { pin: 1, name: 'x' };
    expect(await open(plain)).toBeUndefined();
    expect(asked).toEqual([]);
    parameters = { pin: 4711, name: 'x' };
    expect(await open(sealed)).toEqual({ parameters, secrets: [1] });
    expect(asked[1]).toEqual({
      path: '/auth/execution-parameters',
      token: 'Bearer token 1',
      body: { execution_id: 17, attempt: 1 },
    });
  });

  test('that do not fit once they are open are told by their path alone', async () => {
    parameters = { pin: 'hunter2-hunter2', name: 'x' };
    await expect(open(sealed)).rejects.toThrow(
      /^what is opened does not fit the schema of the action: parameters\.pin$/,
    );
  });

  test('are asked for again while the API is not there', async () => {
    parameters = { pin: 1 };
    failures.push(503, 201, 503, 201);
    expect(await open(sealed)).toMatchObject({ parameters });
    failures.push(201, 403);
    await expect(open(sealed)).rejects.toThrow('refused');
  });
});
