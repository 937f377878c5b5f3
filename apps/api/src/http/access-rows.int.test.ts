import { listRoutes } from '@attune/contract';
import { grantSchema } from '@attune/domain';
import type { Grant } from '@attune/domain';
import { makeEnforcement, makeExecution, makePolicy, makeRule, makeSensor } from '@attune/db/testing';
import { makeHolder } from '../testing/access-callers.js';
import { everything, useTestApi } from '../testing/test-api.js';

const t = useTestApi();

/** Routes about a row or a list of rows that grants can be limited to packs of. */
const routes = listRoutes()
  .filter(({ route }) => limitedTo('elsewhere', route.permission) !== undefined)
  .map(({ name, route }) => ({ name, ...route }));
/** Rows that exist, by the resource and the placeholder of a path. */
const rows: Record<string, string> = {};

beforeAll(async () => {
  const { db } = t;
  const [sensor, rule, policy] = [await makeSensor(db), await makeRule(db), await makePolicy(db)];
  const enforcement = await makeEnforcement(db, { rule });
  const execution = await makeExecution(db, { action_ref: 'core.noop' });
  Object.assign(rows, {
    'packs ref': 'core',
    'actions ref': 'core.noop',
    'triggers ref': 'core.webhook',
    'runtimes ref': 'core.shell',
    'sensors ref': sensor.ref,
    'rules ref': rule.ref,
    'policies ref': policy.ref,
    'events id': String(enforcement.event),
    'enforcements id': String(enforcement.id),
    'executions id': String(execution.id),
  });
});

function limitedTo(pack: string, permission: string): Grant | undefined {
  const [resource, action] = permission.split(':');
  const grant = { resource, actions: [action], constraints: { pack_refs: [pack] } };
  const checked = grantSchema.safeParse(grant);
  return checked.success ? checked.data : undefined;
}

function pathOf({ path, permission }: { path: string; permission: string }): string {
  const [resource = ''] = permission.split(':');
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => rows[`${resource} ${name}`] ?? '1');
}

async function ask(route: (typeof routes)[number], token: string) {
  const json = route.method === 'GET' ? {} : { json: {} };
  return t.request(route.method, `${pathOf(route)}?event=${rows['events id'] ?? ''}`, { token, ...json });
}

const lists = routes.filter(({ response, path }) => response.kind === 'list' && !path.includes('{'));
const others = routes.filter((route) => !lists.includes(route) && route.stream === undefined);

test.each(lists)('$name shows no row of another pack', async (route) => {
  const grant = limitedTo('elsewhere', route.permission)!;
  const { token } = await makeHolder(t.db, [grant]);
  const { status, body } = await ask(route, token);

  expect({ status, items: (body as { items?: unknown[] }).items }).toEqual({ status: 200, items: [] });
});

test.each(others)('$name does nothing with a row of another pack', async (route) => {
  const grant = limitedTo('elsewhere', route.permission)!;
  const { token } = await makeHolder(t.db, [grant]);
  const { status, body } = await ask(route, token);
  // Of what it may not see somebody is told that there is none of it.
  if (status === 200) return expect(body.data).toMatchObject({ total: 0 });

  // 422: the body was looked at first, and says nothing of the row.
  expect([403, 404, 422]).toContain(status);
});

test.each(routes.filter(({ method, stream }) => method === 'GET' && stream === undefined))(
  '$name decides before it answers',
  async (route) => {
    const { token } = await makeHolder(t.db, everything);
    const { status } = await ask(route, token);

    expect([200, 404, 422]).toContain(status);
  },
);
