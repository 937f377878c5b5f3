import { createSecretBox, getExecution, listExecutions, updateAction } from '@attune/db';
import { makeAction, makeIdentity, useTestDatabase } from '@attune/db/testing';
import { executionRequested, notice } from '@attune/mq';
import { recordPublisher } from '@attune/mq/testing';
import { createLogger } from '@attune/service';

import { handedOver } from './hand-over.js';
import { requestExecutions } from './request-executions.js';
import type { RequestContext } from './request-executions.js';

const database = useTestDatabase();
const param_schema = {
  url: { type: 'string', required: true },
  method: { type: 'string', default: 'GET' },
};

const secrets = createSecretBox({ current: Buffer.alloc(32, 7) });

function contextWith(publisher = recordPublisher()): RequestContext {
  return { db: database.db, publisher, log: createLogger('test', { level: 'silent' }), secrets };
}

async function executionsOf(action: string): Promise<number> {
  const { items } = await listExecutions(database.db, { action_ref: action }, { limit: 100 });
  return items.length;
}

test('creates executions with defaults filled in and announces them', async () => {
  const action = await makeAction(database.db, { param_schema });
  const { id: identity } = await makeIdentity(database.db);
  const publisher = recordPublisher();
  const rows = await requestExecutions(contextWith(publisher), [
    {
      actionRef: action.ref,
      parameters: { url: 'http://one.test' },
      requestedBy: identity,
      envVars: { LEVEL: 'debug' },
      timeoutSeconds: 60,
    },
    { actionRef: action.ref, parameters: { url: 'http://two.test', method: 'POST' } },
  ]);

  await handedOver({ publisher });
  const stored = await Promise.all(rows.map(({ id }) => getExecution(database.db, id)));
  expect(stored).toMatchObject([
    {
      action_ref: action.ref,
      status: 'requested',
      attempt: 1,
      config: { url: 'http://one.test', method: 'GET' },
      env_vars: { LEVEL: 'debug' },
      executor: identity,
      timeout_seconds: 60,
      parent: null,
      cause_event: null,
    },
    { config: { url: 'http://two.test', method: 'POST' }, env_vars: null, executor: null },
  ]);
  expect(publisher.bodies(executionRequested)).toEqual(rows.map(({ id }) => ({ executionId: id })));
  expect(publisher.bodies(notice)).toMatchObject([
    {
      changes: [
        {
          entityType: 'execution',
          entityId: rows[0]?.id,
          ref: action.ref,
          status: 'requested',
          identityId: identity,
        },
        { entityType: 'execution', entityId: rows[1]?.id },
      ],
    },
  ]);
  expect(publisher.published[0]?.cause).toEqual({ correlationId: `execution:${rows[0]?.id}` });
});

test('parameters, timeout and variables that do not fit are named by path, and nothing is created', async () => {
  const action = await makeAction(database.db, { param_schema });
  const requesting = requestExecutions(contextWith(), [
    { actionRef: action.ref, parameters: { url: 'http://one.test' } },
    {
      actionRef: action.ref,
      parameters: { method: 7 },
      timeoutSeconds: 0.5,
      envVars: { '1A': 'x', ATTUNE_API_TOKEN: 'x', OK: '\0' },
    },
  ]);
  await expect(requesting).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  const error = (await requesting.catch((reason: unknown) => reason)) as { details: { path: string }[] };
  expect(new Set(error.details.map(({ path }) => path))).toEqual(
    new Set([
      'executions[1].parameters.url',
      'executions[1].parameters.method',
      'executions[1].timeout_seconds',
      'executions[1].env_vars.1A',
      'executions[1].env_vars.ATTUNE_API_TOKEN',
      'executions[1].env_vars.OK',
    ]),
  );
  expect(await executionsOf(action.ref)).toBe(0);
});

test('an action that does not exist or is disabled runs nothing of the batch', async () => {
  const action = await makeAction(database.db);
  const off = await makeAction(database.db, { enabled: false });
  const batch = (actionRef: string) =>
    requestExecutions(contextWith(), [{ actionRef: action.ref }, { actionRef }]);
  await expect(batch('no.action')).rejects.toMatchObject({ code: 'NOT_FOUND', value: 'no.action' });
  await expect(batch(off.ref)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  await updateAction(database.db, off.id, { enabled: true });
  await expect(batch(off.ref)).resolves.toHaveLength(2);
  expect(await executionsOf(action.ref)).toBe(1);
});

test('a repeated request with its key gives the execution of the first', async () => {
  const action = await makeAction(database.db);
  const request = { actionRef: action.ref, idempotencyKey: 'once' };
  const [first] = await requestExecutions(contextWith(), [request]);
  const [second] = await requestExecutions(contextWith(), [request]);
  expect(second?.id).toBe(first?.id);
  expect(await executionsOf(action.ref)).toBe(1);
});

test('when announcing fails the executions are kept and returned: the sweep announces them', async () => {
  const action = await makeAction(database.db);
  const ctx = { ...contextWith(), publisher: { publish: () => Promise.reject(new Error('broker away')) } };
  const [row] = await requestExecutions(ctx, [{ actionRef: action.ref }]);
  expect(await getExecution(database.db, row?.id ?? 0)).toMatchObject({ status: 'requested' });
});

test('an empty batch is no work at all', async () => {
  expect(await requestExecutions(contextWith(), [])).toEqual([]);
});
