import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClient, envelopeOf, listRoutes } from '@attune/contract';
import type { Client, RouteSpec } from '@attune/contract';
import {
  assignPermissionSet,
  createSecretBox,
  insertIdentity,
  insertPermissionSet,
  getPermissionSetByRef,
  updatePermissionSet,
} from '@attune/db';
import type { Db } from '@attune/db';
import { useTestDatabase } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { createMemoryBroker, openMemoryBus } from '@attune/mq';
import type { Bus } from '@attune/mq';
import { createLogger } from '@attune/service';
import { createApi } from '../api.service.js';
import type { Api } from '../api.service.js';
import { hashPassword } from '../auth/passwords.js';
import { apiConfig } from '../config.js';
import type { ApiConfig } from '../config.js';
import { readMasterKeys } from '../secrets/known-secrets.js';
import { showSecrets } from '../secrets/shown-secrets.js';

export const corePack = resolve(__dirname, '../../../../packs/core');
export const testPassword = 'a long enough test phrase';

export interface TestApi {
  readonly db: Db;
  readonly bus: Bus;
  readonly config: ApiConfig;
  readonly api: Api;
  readonly clock: { ms: number; now(): Date };
  /** A stored document with its secrets opened. */
  opened(document: Record<string, unknown> | null): Record<string, unknown>;
  /** What the process logged so far, as JSON lines. */
  readonly lines: string[];
  /** Tokens of a new identity with these grants. */
  login(
    grants?: readonly Grant[],
  ): Promise<{ login: string; identityId: number; token: string; refresh: string }>;
  /** Replaces the grants of an identity that `login` made. */
  limit(login: string, grants: readonly Grant[]): Promise<void>;
  /** The token of one administrator of this file. */
  admin(): Promise<string>;
  /** A client of a new identity; every answer is checked against the contract. */
  client(grants?: readonly Grant[]): Promise<Client>;
  /** A request as a stranger would write it. */
  request(method: string, path: string, options?: RawRequest): Promise<Answer>;
}

export interface RawRequest {
  token?: string | undefined;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string | Uint8Array;
  /** false: a redirect is the answer. */
  follow?: boolean;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: {
    data?: unknown;
    error?: string;
    code?: string;
    details?: { path: string; message: string; hint?: string }[];
    request_id?: string;
    warnings?: string[];
  };
}

export interface TestApiOptions {
  api?: Partial<ApiConfig['api']>;
  streams?: Partial<ApiConfig['streams']>;
  backtests?: Partial<ApiConfig['backtests']>;
  security?: Partial<ApiConfig['security']>;
  artifacts?: Partial<ApiConfig['artifacts']>;
  /** As in a configuration file. */
  auth?: unknown;
  /** Packs that are installed; the core pack unless said. */
  packs?: string[];
}

/** An API on a database of its own and an in-process bus, listening on a free port. Call at the top of a file. */
export function useTestApi(options: TestApiOptions = {}): TestApi {
  const database = useTestDatabase();
  const lines: string[] = [];
  const clock = { ms: Date.now(), now: () => new Date(clock.ms) };
  let running: { api: Api; bus: Bus; config: ApiConfig } | undefined;

  beforeAll(async () => {
    const log = createLogger('test', {
      level: 'debug',
      destination: { write: (line) => void lines.push(line) },
    });
    const bus = openMemoryBus({ log, broker: createMemoryBroker() });
    // Not before: what it is configured with may be started by an earlier beforeAll.
    const config = testConfig(options);
    running = { api: await createApi(config, { db: database.db, bus, log, clock }), bus, config };
  });
  afterAll(async () => {
    await running?.api.stop();
    await running?.bus.close();
    if (running !== undefined) await rm(running.config.artifacts.directory, { recursive: true, force: true });
  });

  const started = () => {
    if (running === undefined) throw new Error('the API is started by beforeAll');
    return running;
  };
  const request: TestApi['request'] = (method, path, sent) => send(started().api.url, method, path, sent);
  const login: TestApi['login'] = async (grants = everything) => {
    const identity = await makeAccount(database.db, grants);
    const answer = await request('POST', '/auth/login', {
      json: { login: identity.login, password: testPassword },
    });
    const tokens = answer.body.data as { access_token: string; refresh_token: string };
    return {
      login: identity.login,
      identityId: identity.id,
      token: tokens.access_token,
      refresh: tokens.refresh_token,
    };
  };
  let admin: Promise<string> | undefined;
  return {
    get db() {
      return database.db;
    },
    limit: async (name, grants) => {
      const set = await getPermissionSetByRef(database.db, permissionSetOf(name));
      await updatePermissionSet(database.db, set.id, { grants: [...grants] });
    },
    admin: () => (admin ??= login().then(({ token }) => token)),
    get bus() {
      return started().bus;
    },
    get api() {
      return started().api;
    },
    get config() {
      return started().config;
    },
    opened: (document) => showSecrets(createSecretBox(readMasterKeys(started().config)), document),
    clock,
    lines,
    login,
    client: async (grants) => {
      const { token } = await login(grants);
      return createClient({ baseUrl: started().api.url, token, fetch: checkedFetch });
    },
    request,
  };
}

export function testConfig(options: TestApiOptions = {}): ApiConfig {
  const {
    api = {},
    streams = {},
    backtests = {},
    security = {},
    auth = {},
    artifacts = {},
    packs = [corePack],
  } = options;
  return apiConfig.parse({
    api: { port: 0, login_rate_per_minute: 100_000, ...api },
    streams: { recheck_ms: 200, ...streams },
    backtests,
    security: { master_key: randomBytes(32).toString('base64'), ...security },
    auth,
    packs: { directories: packs },
    artifacts: { directory: join(tmpdir(), `attune-artifacts-${randomUUID()}`), ...artifacts },
  });
}

/** Grants of an administrator. */
export const everything: readonly Grant[] = [...new Set(listRoutes().map(({ route }) => route.permission))]
  .filter((permission) => permission.includes(':'))
  .map((permission) => {
    const [resource, action] = permission.split(':') as [Grant['resource'], string];
    return { resource, actions: [action] };
  });

let accounts = 0;
let hash: Promise<string> | undefined;

async function makeAccount(db: Db, grants: readonly Grant[]) {
  const number = (accounts += 1);
  hash ??= hashPassword(testPassword);
  const identity = await insertIdentity(db, { login: `tester-${number}`, password_hash: await hash });
  if (grants.length > 0) {
    const set = await insertPermissionSet(db, { ref: permissionSetOf(identity.login), grants });
    await assignPermissionSet(db, identity.id, set.ref);
  }
  return identity;
}

function permissionSetOf(login: string): string {
  return `core.${login.replace('-', '_')}`;
}

export async function send(
  baseUrl: string,
  method: string,
  path: string,
  options: RawRequest = {},
): Promise<Answer> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
  if (options.json !== undefined) headers.set('content-type', 'application/json');
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const response = await fetch(baseUrl + path, {
    method,
    headers,
    redirect: options.follow === false ? 'manual' : 'follow',
    ...(body === undefined ? {} : { body }),
  });
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? await response.json() : {}) as Answer['body'],
  };
}

/** Fails when an answer is not what the contract promises. */
const checkedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || !type.startsWith('application/json')) return response;
  const { pathname } = new URL(response.url);
  const route = routeOf(init?.method ?? 'GET', pathname);
  expect(response.status).toBe(route.status ?? 200);
  if (route.response.kind === 'file') return response;
  if (!('schema' in route.response)) throw new Error(`${route.path} answered JSON`);
  envelopeOf(route.response).parse(await response.clone().json());
  return response;
};

function routeOf(method: string, pathname: string): RouteSpec {
  const placeholders = ({ route }: { route: RouteSpec }) => route.path.split('{').length;
  const found = listRoutes()
    .filter(({ route }) => route.method === method)
    .toSorted((a, b) => placeholders(a) - placeholders(b))
    .find(({ route }) => new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname));
  if (found === undefined) throw new Error(`${method} ${pathname} is not in the contract`);
  return found.route;
}
