import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClaimedExecution } from '@attune/db';
import type { Session } from '../presence/session.js';
import { createExecutionTokens } from './execution-tokens.js';

interface Asked {
  path: string | undefined;
  token: string | undefined;
  body: unknown;
}

const asked: Asked[] = [];
/** Statuses of the next answers; 201 when there is none. */
const failures: number[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      asked.push({ path: request.url, token: request.headers.authorization, body });
      const token = `token ${asked.length}`;
      const data = { token, expires_at: new Date(Date.now() + 3_600_000).toISOString() };
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

const claimed = { id: 17, attempt: 1, executor: 5, permission_set_refs: ['ops.set'] } as ClaimedExecution;

test('a worker asks with its API token for its own, and with that for those of executions', async () => {
  const tokens = createExecutionTokens({ url, token: 'atk_x' });
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
  const tokens = createExecutionTokens({});
  expect(await tokens.tokenFor({ ...claimed, permission_set_refs: [] }, session())).toBeUndefined();
  expect(await tokens.tokenFor({ ...claimed, executor: null }, session())).toBeUndefined();
});

test('without an API token it says what is missing', async () => {
  const tokens = createExecutionTokens({ url });
  await expect(tokens.tokenFor(claimed, session())).rejects.toThrow('its worker has no api.token');
});

test('an API that is not there for a moment, or a worker token that has ended, is asked again', async () => {
  const tokens = createExecutionTokens({ url, token: 'atk_x' });
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
  const tokens = createExecutionTokens({ url, token: 'atk_x' });
  failures.push(201, 409);
  await expect(tokens.tokenFor(claimed, session())).rejects.toThrow('refused');
  expect(asked).toHaveLength(2);
});
