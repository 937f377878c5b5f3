import { inTransaction } from '../database.js';
import { countStatements } from '../testing/count-statements.js';
import { makeExecution, makeIdentity, makeInquiry, useTestDatabase } from '../testing/index.js';
import { race, untilSomebodyWaits } from '../testing/race.js';
import { settleExecutions } from './execution-settlement.repository.js';
import { finishParkedExecutions } from './execution-waiting.repository.js';
import {
  cancelInquiries,
  expireInquiries,
  findInquiryOfExecution,
  getInquiry,
  insertInquiry,
  listInquiries,
  reassignInquiry,
  respondInquiries,
  respondInquiry,
} from './inquiry.repository.js';

const database = useTestDatabase();
const past = new Date(Date.now() - 60_000);
const future = new Date(Date.now() + 60_000);

it('an answer is kept with who gave it and when', async () => {
  const { db } = database;
  const person = await makeIdentity(db);
  const { id } = await makeInquiry(db);

  const answered = await respondInquiry(db, id, { response: { ok: true }, by: person.id });

  expect(answered).toMatchObject({
    status: 'responded',
    response: { ok: true },
    responded_by: person.id,
    responded_at: expect.any(Date),
    resolved_at: expect.any(Date),
  });
  expect(await getInquiry(db, id)).toEqual(answered);
});

it('the answer null is an answer, and not none', async () => {
  const { db } = database;
  const [answered, open] = [await makeInquiry(db), await makeInquiry(db)];

  await respondInquiry(db, answered.id, { response: null });

  const stored = await db
    .selectFrom('inquiry')
    .select((eb) => ['id', eb('response', 'is', null).as('empty')])
    .where('id', 'in', [answered.id, open.id])
    .orderBy('id')
    .execute();
  expect(stored).toEqual([
    { id: answered.id, empty: false },
    { id: open.id, empty: true },
  ]);
});

it('of 20 different answers at the same time one counts', async () => {
  const { db } = database;
  const { id } = await makeInquiry(db);

  const answers = await race(db, 20, (connection, n) => respondInquiry(connection, id, { response: { n } }));

  const counted = answers.filter((answer) => answer !== undefined);
  expect(counted).toEqual([await getInquiry(db, id)]);
});

it('many are answered, cancelled and expired in one statement each; of two answers to one the first counts', async () => {
  const { db } = database;
  const [first, second, third, late] = [
    await makeInquiry(db),
    await makeInquiry(db),
    await makeInquiry(db),
    await makeInquiry(db, { timeout_at: past, default_response: { ok: false } }),
  ];
  const answers = [
    { id: second.id, response: 'b' },
    { id: first.id, response: 'a' },
    { id: second.id, response: 'c' },
    { id: 4711, response: 'd' },
  ];

  const responded = await countStatements(database, (db) => respondInquiries(db, answers));
  const cancelled = await countStatements(database, (db) => cancelInquiries(db, [third.id, first.id]));
  const expired = await countStatements(database, (db) => expireInquiries(db, { limit: 10 }));

  expect([responded, cancelled, expired].map(({ statements }) => statements)).toEqual([1, 1, 1]);
  expect(new Map(responded.answer.map(({ id, response }) => [id, response]))).toEqual(
    new Map([
      [first.id, 'a'],
      [second.id, 'b'],
    ]),
  );
  expect(cancelled.answer).toMatchObject([{ id: third.id, status: 'cancelled', response: null }]);
  expect(expired.answer).toMatchObject([{ id: late.id, status: 'timeout', response: { ok: false } }]);
});

it('no more are expired than asked, the oldest first', async () => {
  const { db } = database;
  const [younger, older] = [
    await makeInquiry(db, { timeout_at: past }),
    await makeInquiry(db, { timeout_at: new Date(past.getTime() - 1_000) }),
  ];

  expect(await expireInquiries(db, { limit: 1 })).toMatchObject([{ id: older.id }]);
  expect(await expireInquiries(db, { limit: 1 })).toMatchObject([{ id: younger.id }]);
});

it('a pending question is given to somebody else, asked otherwise and given more time', async () => {
  const { db } = database;
  const person = await makeIdentity(db);
  const asked = await makeInquiry(db, { assigned_to: person.id, assigned_role: 'lead', timeout_at: past });

  const changed = await reassignInquiry(db, asked.id, {
    assigned_to: null,
    prompt: 'Deploy?',
    timeout_at: future,
  });

  expect(changed).toEqual({
    ...asked,
    assigned_to: null,
    prompt: 'Deploy?',
    timeout_at: future,
    updated: changed!.updated,
  });
  expect(changed!.updated.getTime()).toBeGreaterThan(asked.updated.getTime());
  expect(await reassignInquiry(db, asked.id, {})).toEqual(changed);
});

it('what is answered is not given to anybody else', async () => {
  const { db } = database;
  const answered = await makeInquiry(db, { status: 'responded' });

  expect(await reassignInquiry(db, answered.id, { assigned_role: 'lead' })).toBeUndefined();
  expect(await reassignInquiry(db, answered.id, {})).toBeUndefined();
  expect(await getInquiry(db, answered.id)).toEqual(answered);
});

it('are listed by state, assignment and time, newest first', async () => {
  const { db } = database;
  const person = await makeIdentity(db);
  const mine = await makeInquiry(db, { assigned_to: person.id, assigned_role: 'duty', timeout_at: past });
  const later = await makeInquiry(db, { assigned_to: person.id, timeout_at: future });
  const done = await makeInquiry(db, { assigned_to: person.id, status: 'responded' });
  const ids = async (filter: Parameters<typeof listInquiries>[1]) =>
    (await listInquiries(db, { assigned_to: person.id, ...filter }, { limit: 10 })).items.map(({ id }) => id);

  expect(await ids({})).toEqual([done.id, later.id, mine.id]);
  expect(await ids({ status: 'pending' })).toEqual([later.id, mine.id]);
  expect(await ids({ due_before: new Date() })).toEqual([mine.id]);
  expect(await ids({ assigned_role: 'duty' })).toEqual([mine.id]);
  expect(await ids({ execution: done.execution })).toEqual([done.id]);
  expect(await findInquiryOfExecution(db, later.execution)).toEqual(later);
});

describe('the end of an execution', () => {
  it('lets no question begin', async () => {
    const { db } = database;
    const { id: execution } = await makeExecution(db, { status: 'cancelled' });

    await expect(insertInquiry(db, { execution, prompt: 'Go on?' })).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: `cannot ask for execution ${execution}: it is cancelled`,
    });
    expect(await findInquiryOfExecution(db, execution)).toBeUndefined();
  });

  it('waits for a question that is being asked, which its settlement then cancels', async () => {
    const { db } = database;
    const { id: execution } = await makeExecution(db, { status: 'running', waiting_for: 'inquiry' });
    let ended: Promise<unknown> | undefined;

    const { id } = await inTransaction(db, async (trx) => {
      const asked = await insertInquiry(trx, { execution, prompt: 'Go on?' });
      ended = finishParkedExecutions(db, [{ id: execution, attempt: 1, status: 'timeout' }]);
      await untilSomebodyWaits(db);
      return asked;
    });
    expect(await ended).toMatchObject([{ id: execution, status: 'timeout' }]);
    await settleExecutions(db, [execution]);

    expect(await getInquiry(db, id)).toMatchObject({ status: 'cancelled', resolved_at: expect.any(Date) });
  });

  it('leaves an answer as it was given', async () => {
    const { db } = database;
    const answered = await makeInquiry(db, { status: 'responded' });
    await finishParkedExecutions(db, [{ id: answered.execution, attempt: 1, status: 'completed' }]);

    await settleExecutions(db, [answered.execution]);

    expect(await getInquiry(db, answered.id)).toEqual(answered);
  });
});
