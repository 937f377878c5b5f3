import { findLastLedgerCheck } from '../doctor/service-facts.js';
import { makeEnforcement, makeEvent, makeOlder, useTestDatabase } from '../testing/index.js';
import { race } from '../testing/race.js';
import { checkLedger } from './ledger-check.repository.js';

const database = useTestDatabase();
const check = { everyMs: 60_000, windowMs: 300_000, timeoutMs: 10_000 };

beforeEach(async () => void (await database.db.deleteFrom('ledger_check').execute()));

it('is done by one of many who want to, and again after a while', async () => {
  const { db } = database;
  const done = await race(db, 8, (own) => checkLedger(own, check));
  expect(done.filter((row) => row !== undefined)).toHaveLength(1);
  expect(await checkLedger(db, check)).toBeUndefined();

  const { id = 0 } = done.find((row) => row !== undefined) ?? {};
  await makeOlder(db, 'ledger_check', { days: 1 / 1_440, keys: [id] });

  expect(await checkLedger(db, check)).toMatchObject({ balanced: true });
});

it('counts what was created in its window, and keeps what does not balance', async () => {
  const { db } = database;
  const older = await makeEvent(db);
  await makeOlder(db, 'event', { days: 1, keys: [older.id] });
  const enforcement = await makeEnforcement(db, { status: 'processed' });
  await db.deleteFrom('execution').where('id', '=', enforcement.execution).execute();

  const row = await checkLedger(db, check);

  expect(row).toMatchObject({
    balanced: false,
    counts: { events_accepted: 1 },
    imbalances: [{ check: 'enforcements = executions + disabled', ids: [enforcement.id] }],
  });
  expect(await findLastLedgerCheck(db)).toMatchObject({
    checked_at: row?.created,
    imbalances: [{ ids: [enforcement.id] }],
  });
});

it('is given up when it takes too long, and the connection is as before', async () => {
  const { db } = database;
  await expect(checkLedger(db, { ...check, timeoutMs: 1 })).rejects.toThrow();
  expect(await checkLedger(db, check)).toBeDefined();
});
