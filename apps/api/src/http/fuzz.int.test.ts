import { randomInt } from 'node:crypto';
import { listRoutes } from '@attune/contract';
import fc from 'fast-check';
import { AnswerCheck } from '../testing/fuzz/answer-check.js';
import { findThings, hintsFor } from '../testing/fuzz/known-things.js';
import type { KnownThings } from '../testing/fuzz/known-things.js';
import { requestsOf } from '../testing/fuzz/request-arbitrary.js';
import type { WireRequest } from '../testing/fuzz/request-arbitrary.js';
import { closeConnections, sendWire } from '../testing/fuzz/send-wire.js';
import { ServedDocument } from '../testing/fuzz/served-document.js';
import type { Operation } from '../testing/fuzz/served-document.js';
import { useTestApi } from '../testing/test-api.js';

/** `ATTUNE_FUZZ_RUNS=2000 ATTUNE_FUZZ_SEED=… npx jest … fuzz`: requests per operation, and a run again. */
const runs = Number(process.env['ATTUNE_FUZZ_RUNS'] ?? Math.max(12, Math.floor(1500 / listRoutes().length)));
const seed = Number(process.env['ATTUNE_FUZZ_SEED'] ?? randomInt(2 ** 31));
const slowestAnswerMs = 10_000;

/** What makes comes before what shows, what removes comes last: so there is something to meet. */
const order = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
const names = listRoutes()
  .toSorted((a, b) => order.indexOf(a.route.method) - order.indexOf(b.route.method))
  .map(({ name }) => name);

const t = useTestApi({ api: { request_timeout_ms: 8000 } });
let document: ServedDocument;
let check: AnswerCheck;
let token: string;
const succeeded = new Set<string>();
let loggingIn: Promise<void> | undefined;

beforeAll(async () => {
  const response = await fetch(`${t.api.url}/openapi.json`);
  document = new ServedDocument((await response.json()) as Record<string, unknown>);
  check = new AnswerCheck(document);
  await logIn();
  await makeFirstThings();
});
afterAll(closeConnections);

test.each(names)(
  `%s answers whatever it is asked, as its document says (seed ${seed})`,
  async (name) => {
    const operation = document.operations.find(({ id }) => id === name);
    if (operation === undefined) throw new Error(`${name} is not in the document`);
    const things = await knownThings();
    const requests = requestsOf(operation, { document, hints: hintsFor(operation, things) });
    await fc.assert(
      fc.asyncProperty(requests, (request) => expectDocumented(operation, request)),
      { numRuns: runs, seed, endOnFailure: false, interruptAfterTimeLimit: runs * 2000 },
    );
  },
  Math.max(30_000, runs * 3000),
);

test('requests reach what they are for: most operations were also answered with success', () => {
  const untouched = names.filter((name) => !succeeded.has(name));
  expect(untouched.length < names.length / 2 ? [] : untouched).toEqual([]);
});

test('no request made the server fail', () => {
  expect(t.lines.filter((line) => line.includes('"event":"http.failed"'))).toEqual([]);
});

/** Looked up again after so many operations: those before have made and removed some. */
const knownFor = 20;
let known: { things: Promise<KnownThings>; uses: number } | undefined;

function knownThings(): Promise<KnownThings> {
  if (known === undefined || known.uses >= knownFor) known = { things: findThings(document, read), uses: 0 };
  known.uses += 1;
  return known.things;
}

/** One of each of what random requests rarely make. */
async function makeFirstThings() {
  const rule = { ref: 'core.base', label: 'x', trigger_ref: 'core.webhook', action_ref: 'core.noop' };
  const first: [path: string, body: object][] = [
    ['/rules', rule],
    ['/events', { trigger_ref: 'core.webhook', payload: {} }],
    ['/executions/execute', { action_ref: 'core.noop' }],
    ['/keys', { ref: 'core_key', owner_type: 'system', name: 'k', value: 'v' }],
    [
      '/artifacts',
      { ref: 'core.notes', scope: 'system', owner: '', type: 'file_text', visibility: 'public' },
    ],
    ['/policies', { ref: 'core.slow', name: 'x', action_ref: 'core.noop', threshold: 1 }],
    [
      '/permissions/sets',
      { ref: 'core.few', label: 'x', grants: [{ resource: 'rules', actions: ['read'] }] },
    ],
    ['/identities', { login: 'someone', password: 'a long enough test phrase' }],
    ['/triggers/core.webhook/webhooks/enable', { verification: { preset: 'none' } }],
  ];
  for (const [path, json] of first) {
    const { status, body } = await t.request('POST', `/api/v1${path}`, { token, json });
    expect({ path, fault: status < 300 ? undefined : body }).toEqual({ path, fault: undefined });
  }
}

async function expectDocumented(operation: Operation, request: WireRequest): Promise<void> {
  const answer = await answerTo(request);
  if (answer.status < 400) succeeded.add(operation.id);
  const fault = check.faultOf(operation, request, answer);
  if (fault !== undefined) throw new Error(`${fault}\n${show(request)}`);
}

/** Requests with the administrator's token; a request that ended its session is followed by another login. */
async function answerTo(request: WireRequest) {
  const authorized = () => ({
    ...request,
    headers: { authorization: `Bearer ${token}`, ...request.headers },
  });
  const answer = await sendWire(t.api.url, authorized(), slowestAnswerMs);
  if (answer.status !== 401 || request.headers['authorization'] !== undefined) return answer;
  await (loggingIn ??= logIn());
  return sendWire(t.api.url, authorized(), slowestAnswerMs);
}

async function logIn() {
  token = (await t.login()).token;
  loggingIn = undefined;
}

async function read(target: string): Promise<unknown> {
  const { text = '{}', status } = await answerTo({
    method: 'GET',
    target,
    headers: {},
    body: undefined,
    isElsewhere: false,
  });
  return status === 200 ? JSON.parse(text) : {};
}

function show({ method, target, headers, body }: WireRequest): string {
  return [
    `${method} ${target.slice(0, 500)}`,
    JSON.stringify(headers).slice(0, 500),
    body?.slice(0, 1000),
  ].join('\n');
}
