import {
  addRole,
  addRoleToPermissionSet,
  assignPermissionSet,
  currentEpoch,
  deleteIdentity,
  deletePermissionSet,
  listEnforcements,
  removeRole,
  removeRoleFromPermissionSet,
  unassignPermissionSet,
  updateIdentity,
  updatePermissionSet,
} from '@attune/db';
import type { IdentityRow, PermissionSetRow } from '@attune/db';
import {
  countStatements,
  makeAction,
  makeEvent,
  makeIdentity,
  makePermissionSet,
  makeRule,
  makeTrigger,
  next,
  useTestDatabase,
} from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { eventCreated, executionRequested } from '@attune/mq';
import { received } from '@attune/mq/testing';

import { testContext } from '../context.testing.js';
import { handleEventCreated } from './event-created.handler.js';

const database = useTestDatabase();
const execute: Grant = { resource: 'actions', actions: ['execute'] };

/** A rule whose owner may execute its action by a set of their own, and its events in a process of its own. */
async function makeOwnedRule() {
  const { db } = database;
  const owner = await makeIdentity(db, { attributes: { team: 'ops' } });
  const set = await makePermissionSet(db, { grants: [{ ...execute, actions: ['execute', 'read'] }] });
  await assignPermissionSet(db, owner.id, set.ref);
  const trigger = await makeTrigger(db);
  const action = await makeAction(db);
  const rule = await makeRule(db, {
    trigger_ref: trigger.ref,
    action_ref: action.ref,
    owner_identity: owner.id,
  });
  const ctx = testContext(db);
  const happens = async () => {
    const event = await makeEvent(db, { trigger_ref: trigger.ref });
    await handleEventCreated([received(eventCreated, { eventIds: [event.id] })], ctx);
    const { items } = await listEnforcements(db, { event: event.id }, { limit: 10 });
    return items[0];
  };
  return { owner, set, trigger, action, rule, ctx, happens };
}

const denied = (detail: string) => ({
  status: 'disabled',
  execution: null,
  reason_code: 'permission_denied',
  reason_detail: expect.stringContaining(detail),
});

it('runs for its owner, who may execute its action', async () => {
  const { happens, owner } = await makeOwnedRule();

  expect(await happens()).toMatchObject({ status: 'processed', execution: expect.any(Number) });
  const execution = await database.db
    .selectFrom('execution')
    .select('executor')
    .where('executor', '=', owner.id)
    .execute();
  expect(execution).toHaveLength(1);
});

type Change = (owner: IdentityRow, set: PermissionSetRow) => Promise<unknown>;

it.each<[string, Change, string]>([
  ['is frozen', ({ id }) => updateIdentity(database.db, id, { frozen: true }), 'is frozen'],
  ['does not exist any more', ({ id }) => deleteIdentity(database.db, id), 'does not exist any more'],
  [
    'lost the permission set',
    ({ id }, set) => unassignPermissionSet(database.db, id, set.ref),
    'may not execute',
  ],
  [
    'has a set that lost the action',
    (_owner, { id }) => updatePermissionSet(database.db, id, { grants: [{ ...execute, actions: ['read'] }] }),
    'actions:execute is not granted',
  ],
  ['had a set that is gone', (_owner, { id }) => deletePermissionSet(database.db, id), 'may not execute'],
  [
    'may execute within limits only',
    (_owner, { id }) =>
      updatePermissionSet(database.db, id, { grants: [{ ...execute, constraints: { refs: ['a.b'] } }] }),
    'within limits (refs)',
  ],
])(
  'is disabled and says so once its owner %s, also where rules are cached',
  async (_name, change, detail) => {
    const { happens, owner, set, ctx } = await makeOwnedRule();
    await happens();
    ctx.publisher.clear();

    await change(owner, set);

    expect(await happens()).toMatchObject(denied(detail));
    expect(ctx.publisher.bodies(executionRequested)).toEqual([]);
  },
);

it('runs again once its owner may again', async () => {
  const { happens, owner } = await makeOwnedRule();
  await updateIdentity(database.db, owner.id, { frozen: true });
  expect(await happens()).toMatchObject(denied('is frozen'));

  await updateIdentity(database.db, owner.id, { frozen: false });

  expect(await happens()).toMatchObject({ status: 'processed' });
});

it('counts what the roles of its owner give, and what its attributes open', async () => {
  const { db } = database;
  const { happens, owner, set, action } = await makeOwnedRule();
  await unassignPermissionSet(db, owner.id, set.ref);
  const role = next('role');
  const constraints = { refs: [action.ref], attributes: { team: 'ops' } };
  await updatePermissionSet(db, set.id, { grants: [{ ...execute, constraints }] });
  await addRole(db, owner.id, role);
  expect(await happens()).toMatchObject(denied('actions:execute is not granted'));

  await addRoleToPermissionSet(db, set.ref, role);
  expect(await happens()).toMatchObject({ status: 'processed' });

  await updateIdentity(db, owner.id, { attributes: { team: 'dev' } });
  expect(await happens()).toMatchObject(denied('within limits (attributes)'));

  await updateIdentity(db, owner.id, { attributes: { team: 'ops' } });
  expect(await happens()).toMatchObject({ status: 'processed' });
  await removeRoleFromPermissionSet(db, set.ref, role);
  expect(await happens()).toMatchObject(denied('actions:execute is not granted'));

  await addRoleToPermissionSet(db, set.ref, role);
  expect(await happens()).toMatchObject({ status: 'processed' });
  await removeRole(db, owner.id, role);
  expect(await happens()).toMatchObject(denied('actions:execute is not granted'));
});

it('needs no permission of anybody without an owner: it came with its pack', async () => {
  const trigger = await makeTrigger(database.db);
  await makeRule(database.db, { trigger_ref: trigger.ref });
  const event = await makeEvent(database.db, { trigger_ref: trigger.ref });

  await handleEventCreated([received(eventCreated, { eventIds: [event.id] })], testContext(database.db));

  const { items } = await listEnforcements(database.db, { event: event.id }, { limit: 10 });
  expect(items).toMatchObject([{ status: 'processed' }]);
});

it('costs an event no statement: owners are read with the rules', async () => {
  const { trigger } = await makeOwnedRule();
  const unowned = await makeRule(database.db, { trigger_ref: (await makeTrigger(database.db)).ref });
  const statementsOf = async (ref: string) => {
    const { statements } = await countStatements(database, async (db) => {
      const ctx = testContext(db);
      for (let round = 0; round < 3; round += 1) {
        const event = await makeEvent(database.db, { trigger_ref: ref });
        await handleEventCreated([received(eventCreated, { eventIds: [event.id] })], ctx);
      }
    });
    return statements;
  };

  expect(await statementsOf(trigger.ref)).toBe(await statementsOf(unowned.trigger_ref));
});

it('is not read again for what decides nothing', async () => {
  const { owner } = await makeOwnedRule();
  const epoch = await currentEpoch(database.db);

  await updateIdentity(database.db, owner.id, { display_name: 'Ann' });

  expect(await currentEpoch(database.db)).toBe(epoch);
});
