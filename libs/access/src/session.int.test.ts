import {
  deleteApiToken,
  deleteSession,
  endSession,
  findApiToken,
  finishExecutions,
  registerWorker,
  revokeApiToken,
  takeLostExecutions,
  unassignPermissionSet,
  updateIdentity,
} from '@attune/db';
import { makeExecution, makeIdentity, useTestDatabase } from '@attune/db/testing';
import type { Grant } from '@attune/domain';
import { held, makeAccessWorld, makeApiToken, makeSession, signedKinds } from './access-world.testing.js';
import type { AccessWorld, SignedKind } from './access-world.testing.js';

const database = useTestDatabase();
let world: AccessWorld;

beforeEach(async () => {
  world = await makeAccessWorld(database.db);
});

async function principalOf(token: string) {
  return (await world.open().ofToken(token)).principal;
}

function sign(kind: SignedKind, claims: Record<string, unknown> = {}): Promise<string> {
  return world.signer.sign({ ...world.claims[kind], ...claims });
}

const readRules: Grant[] = [{ resource: 'rules', actions: ['read'] }];

describe('what a token may do', () => {
  test('is for a login all that the identity may', async () => {
    const session = await world.open().ofToken(await sign('access'));
    expect(session).toMatchObject({ sessionId: world.session.id, basis: { sid: world.session.id } });
    expect(session.principal).toMatchObject({ kind: 'identity', tokenKind: 'access', grants: held });
  });

  test('is for an API token all that the identity may, or what of it lies within its scope', async () => {
    expect(await principalOf(world.apiToken.secret)).toMatchObject({ tokenKind: 'api', grants: held });
    const scoped = await makeApiToken(database.db, world.identity.id, {
      scope: [...readRules, { resource: 'system', actions: ['manage'] }],
    });
    const session = await world.open().ofToken(scoped.secret);
    expect(session).toMatchObject({ sessionId: undefined, basis: { tok: scoped.id }, expiresAt: null });
    expect(session.principal.grants).toEqual(readRules);
  });

  test('is for a login with an API token no more than that', async () => {
    const scoped = await makeApiToken(database.db, world.identity.id, { scope: readRules });
    const { id: sid } = await makeSession(database.db, world.identity.id, scoped.id);
    expect((await principalOf(await sign('access', { sid }))).grants).toEqual(readRules);
  });

  test('is for a sensor to make events of its triggers, as far as the identity may', async () => {
    expect(await principalOf(await sign('sensor'))).toMatchObject({
      kind: 'sensor',
      sensorRef: 'ops.disk',
      grants: [
        {
          resource: 'events',
          actions: ['create'],
          constraints: { refs: ['ops.disk_full'], pack_refs: ['ops'] },
        },
      ],
    });
  });

  test('is for a worker to ask for the tokens of executions', async () => {
    expect(await principalOf(await sign('worker'))).toMatchObject({
      kind: 'worker',
      workerId: world.worker.id,
      grants: [{ resource: 'tokens', actions: ['mint_execution'] }],
    });
  });

  test('is for an execution what of its permission sets its identity holds', async () => {
    expect(await principalOf(await sign('execution'))).toMatchObject({
      kind: 'execution',
      executionId: world.execution.id,
      identityId: world.identity.id,
      grants: [{ resource: 'keys', actions: ['read'], constraints: { owner: 'self' } }],
    });
  });

  test('is nothing without permission sets, or when the identity has lost its own', async () => {
    const bare = await makeExecution(database.db, {
      status: 'running',
      worker: world.worker,
      executor: world.identity.id,
    });
    expect((await principalOf(await sign('execution', { execution: bare.id }))).grants).toEqual([]);

    const [set] = await database.db
      .selectFrom('permission_assignment')
      .innerJoin('permission_set', 'permission_set.id', 'permission_assignment.permset')
      .select('ref')
      .where('identity', '=', world.identity.id)
      .execute();
    await unassignPermissionSet(database.db, world.identity.id, set?.ref ?? '');
    for (const kind of signedKinds) expect((await principalOf(await sign(kind))).grants).toEqual([]);
  });
});

describe('a token ends', () => {
  const all = async () => [
    ...(await Promise.all(signedKinds.map((kind) => sign(kind)))),
    world.apiToken.secret,
  ];

  test('with its account frozen, whatever it is', async () => {
    await updateIdentity(database.db, world.identity.id, { frozen: true });
    for (const token of await all()) {
      await expect(principalOf(token)).rejects.toThrow('the account is not active');
    }
  });

  test('with the login it stands on', async () => {
    const tokens = await Promise.all(
      signedKinds.map((kind) => sign(kind, { sid: world.session.id, tok: undefined })),
    );
    for (const token of tokens) expect((await principalOf(token)).login).toBe(world.identity.login);
    await endSession(database.db, world.session.id, 'logout');
    for (const token of tokens) await expect(principalOf(token)).rejects.toThrow('the session has ended');
    await deleteSession(database.db, world.session.id);
    for (const token of tokens) await expect(principalOf(token)).rejects.toThrow('the session has ended');
  });

  test('with the API token it stands on, as does a login with it', async () => {
    const { id: sid } = await makeSession(database.db, world.identity.id, world.apiToken.id);
    const tokens = [await sign('access', { sid }), ...(await all()).slice(1)];
    for (const token of tokens) expect((await principalOf(token)).login).toBe(world.identity.login);
    await revokeApiToken(database.db, world.apiToken.id, { reason: 'lost' });
    for (const token of tokens) {
      await expect(principalOf(token)).rejects.toThrow('the API token has been revoked');
    }
    await deleteApiToken(database.db, world.apiToken.id);
    for (const token of tokens) await expect(principalOf(token)).rejects.toThrow(/not valid|has ended/);
  });

  test('with the time of its API token', async () => {
    const expires_at = new Date(world.clock.ms + 10_000);
    const { secret, id: tok } = await makeApiToken(database.db, world.identity.id, { expires_at });
    const tokens = [secret, await sign('sensor', { tok })];
    expect((await world.open().ofToken(secret)).expiresAt).toEqual(expires_at);
    for (const token of tokens) expect((await principalOf(token)).login).toBe(world.identity.login);
    world.clock.ms += 10_000;
    for (const token of tokens) {
      await expect(principalOf(token)).rejects.toThrow('the API token has expired');
    }
  });

  test.each<[string, () => Promise<unknown>]>([
    ['its attempt is over', () => finish()],
    ['it was given to another', () => loseLease()],
  ])('when %s, for an execution', async (_when, end) => {
    const token = await sign('execution');
    expect((await principalOf(token)).executionId).toBe(world.execution.id);
    await end();
    await expect(principalOf(token)).rejects.toThrow(`of execution ${world.execution.id} has ended`);
  });

  test('before it begins, for another attempt, worker or start of the worker', async () => {
    for (const claims of [{ attempt: 2 }, { worker: world.worker.id + 1 }, { incarnation: 2 }]) {
      await expect(principalOf(await sign('execution', claims))).rejects.toThrow('has ended');
    }
  });

  test('in the hands of another account', async () => {
    const other = await makeIdentity(database.db);
    const sub = String(other.id);
    for (const kind of ['access', 'sensor', 'worker'] as const) {
      await expect(principalOf(await sign(kind, { sub }))).rejects.toThrow('not one of this account');
    }
    await expect(principalOf(await sign('execution', { sub }))).rejects.toThrow('runs for somebody else');
  });

  test('for an execution also with the account of its worker', async () => {
    const daemon = await makeIdentity(database.db);
    const { id: tok } = await makeApiToken(database.db, daemon.id);
    const token = await sign('execution', { tok });
    expect((await principalOf(token)).identityId).toBe(world.identity.id);
    await updateIdentity(database.db, daemon.id, { frozen: true });
    await expect(principalOf(token)).rejects.toThrow('the account is not active');
  });

  function finish() {
    const { id: workerId, incarnation } = world.worker;
    const { id, attempt } = world.execution;
    return finishExecutions(database.db, [{ id, attempt, status: 'completed' }], { workerId, incarnation });
  }

  async function loseLease() {
    await registerWorker(database.db, { name: world.worker.name, leaseMs: 60_000 });
    await takeLostExecutions(database.db, { limit: 100, decideRetry: () => undefined });
  }
});

describe('an answer', () => {
  test('is kept for five seconds, for what ends elsewhere', async () => {
    const authenticator = world.open();
    const token = await sign('access');
    await authenticator.ofToken(token);
    await endSession(database.db, world.session.id, 'logout');
    world.clock.ms += 4_999;
    expect((await authenticator.ofToken(token)).sessionId).toBe(world.session.id);
    world.clock.ms += 1;
    await expect(authenticator.ofToken(token)).rejects.toThrow('the session has ended');
  });

  test('is forgotten at once, for what ends here', async () => {
    const authenticator = world.open();
    await authenticator.ofToken(world.apiToken.secret);
    await revokeApiToken(database.db, world.apiToken.id, {});
    authenticator.forget();
    await expect(authenticator.ofToken(world.apiToken.secret)).rejects.toThrow('has been revoked');
  });

  test('is never kept beyond the end of the token', async () => {
    const authenticator = world.open();
    const exp = Math.ceil(world.clock.ms / 1_000) + 2;
    const token = await sign('access', { exp });
    await authenticator.ofToken(token);
    world.clock.ms = exp * 1_000;
    await expect(authenticator.ofToken(token)).rejects.toThrow('has expired');
  });

  test('notes the use of an API token, with its address, at most once a minute', async () => {
    const authenticator = world.open();
    const use = async (address: string) => {
      await authenticator.authenticate(`Bearer ${world.apiToken.secret}`, address);
      return findApiToken(database.db, world.apiToken.id);
    };
    const first = await use('192.0.2.1');
    expect(first).toMatchObject({ last_used_ip: '192.0.2.1', last_used_at: expect.any(Date) });
    world.clock.ms += 6_000;
    expect(await use('192.0.2.2')).toEqual(first);
  });
});
