import {
  ConflictError,
  InvalidStateError,
  MissingReferenceError,
  TransientError,
  ValidationError,
} from '@attune/domain';
import { sql } from 'kysely';
import { inTransaction, openDatabase } from './database.js';
import { insertAction } from './repositories/action.repository.js';
import { insertIdentity } from './repositories/identity.repository.js';
import { insertInquiry } from './repositories/inquiry.repository.js';
import { deletePack, insertPack } from './repositories/pack.repository.js';
import { insertPolicy } from './repositories/policy.repository.js';
import { insertRule } from './repositories/rule.repository.js';
import { insertRuntime } from './repositories/runtime.repository.js';
import { makeAction, makePack, makeRuntime, makeTrigger, useTestDatabase } from './testing/index.js';

const database = useTestDatabase();

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

it('a value that exists already is a conflict that names entity, field and value', async () => {
  await insertPack(database.db, { ref: 'twice', label: 'Twice', version: '1.0.0' });

  const error = await errorOf(insertPack(database.db, { ref: 'twice', label: 'Twice', version: '1.0.0' }));

  expect(error).toBeInstanceOf(ConflictError);
  expect(error).toMatchObject({ code: 'CONFLICT', entity: 'pack', field: 'ref', value: 'twice' });
  expect(error).toMatchObject({ message: "pack with ref 'twice' already exists" });
});

it.each([
  ['pack', { ref: 'nowhere.rule', trigger_ref: 't.t', action_ref: 'a.a' }, 'pack_ref', 'nowhere'],
  ['trigger', { ref: 'home.rule', trigger_ref: 't.t', action_ref: 'a.a' }, 'trigger_ref', 't.t'],
  ['action', { ref: 'home.rule', trigger_ref: 'home.tick', action_ref: 'a.a' }, 'action_ref', 'a.a'],
])('a %s that does not exist is a missing reference', async (_what, refs, field, value) => {
  await makeTrigger(database.db, { ref: 'home.tick' }).catch(() => undefined);

  const error = await errorOf(insertRule(database.db, { label: 'Rule', ...refs }));

  expect(error).toBeInstanceOf(MissingReferenceError);
  expect(error).toMatchObject({ entity: 'rule', field, value });
});

it('a foreign key to nothing is a missing reference', async () => {
  const error = await errorOf(insertInquiry(database.db, { execution: 4711, prompt: 'Go on?' }));

  expect(error).toBeInstanceOf(MissingReferenceError);
  expect(error).toMatchObject({ entity: 'inquiry', field: 'execution', value: '4711' });
});

it('deleting what others use is refused, naming the user', async () => {
  const runtime = await makeRuntime(database.db);
  await makeAction(database.db, { runtime_ref: runtime.ref });

  const error = await errorOf(deletePack(database.db, runtime.pack));

  expect(error).toBeInstanceOf(InvalidStateError);
  expect(error).toMatchObject({ message: `still used: action refers to id ${runtime.id}` });
});

it.each([
  ['Upper.case', 'must be a ref'],
  ['nodot', 'must be a ref'],
])('the ref %s of a component is refused', async (ref) => {
  await expect(insertRuntime(database.db, { ref, name: 'x' })).rejects.toThrow(ValidationError);
});

it.each(['Upper', 'with blank', 'dotted.ref', '1st', ''])(
  'the pack ref %j is refused by its CHECK',
  async (ref) => {
    const error = await errorOf(insertPack(database.db, { ref, label: 'Pack', version: '1.0.0' }));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ details: [{ path: 'ref', message: 'has a form that is not allowed' }] });
  },
);

it('a broken rule of a table names the column and what is wrong', async () => {
  const pack = await makePack(database.db);

  const error = await errorOf(
    insertPolicy(database.db, { ref: `${pack.ref}.none`, name: 'None', threshold: 0 }),
  );

  expect(error).toBeInstanceOf(ValidationError);
  expect(error).toMatchObject({
    message: 'policy.threshold must be greater than 0',
    details: [{ path: 'threshold', message: 'must be greater than 0' }],
  });
});

it('a number that is too large and a character that cannot be stored are validation errors', async () => {
  const pack = await makePack(database.db);
  const action = { ref: `${pack.ref}.big`, label: 'Big', entrypoint: 'x', timeout_seconds: 2 ** 40 };

  await expect(insertAction(database.db, action)).rejects.toThrow(ValidationError);
  await expect(insertIdentity(database.db, { login: 'a\0b' })).rejects.toThrow(
    /contains a character that cannot be stored/,
  );
});

it('a deadlock is transient: one side goes on, the other may try again', async () => {
  const [one, two] = [await makePack(database.db), await makePack(database.db)];
  const touch = (id: number) => sql`update attune.pack set label = label where id = ${id}`;
  const gate = barrier(2);
  const crosswise = (first: number, second: number) =>
    inTransaction(database.db, async (trx) => {
      await touch(first).execute(trx);
      await gate();
      await touch(second).execute(trx);
    });

  const outcomes = await Promise.allSettled([crosswise(one.id, two.id), crosswise(two.id, one.id)]);

  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ reason: expect.any(TransientError) });
});

it('a statement that takes too long, and a server that is not there, are transient', async () => {
  const slow = openDatabase({ url: database.url, poolSize: 1, statementTimeoutMs: 50 });
  const absent = openDatabase({ url: 'postgres://postgres@127.0.0.1:1/none', poolSize: 1 });

  await expect(sql`select pg_sleep(10)`.execute(slow.db)).rejects.toThrow(TransientError);
  await expect(sql`select 1`.execute(absent.db)).rejects.toThrow(/the database cannot be reached/);

  await Promise.all([slow.close(), absent.close()]);
});

it('never shows a message of the server, but keeps it as the cause', async () => {
  const error = await errorOf(insertPack(database.db, { ref: 'Bad', label: 'Bad', version: '1.0.0' }));

  expect(String(error)).not.toContain('violates');
  expect(error).toMatchObject({ cause: { constraint: 'pack_ref_format' } });
});

/** Everyone waits until all are there. */
function barrier(size: number): () => Promise<void> {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === size) open();
    return opened;
  };
}
