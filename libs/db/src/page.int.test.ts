import { ValidationError } from '@attune/domain';
import { sql } from 'kysely';
import type { Page } from './page.js';
import { listAuditEvents } from './repositories/audit.repository.js';
import { listEvents } from './repositories/event.repository.js';
import { listPacks } from './repositories/pack.repository.js';
import { insertEvents } from './repositories/event.repository.js';
import { makePack, makeTrigger, useTestDatabase } from './testing/index.js';

const database = useTestDatabase();

async function readAll<Row>(list: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[][]> {
  const pages: Row[][] = [];
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

it('pages neither repeat nor skip rows of the same instant, to the microsecond', async () => {
  await sql`insert into attune.audit_event (category, event_type, outcome, request_id, created)
    select 'auth', 'tie', 'success', n::text, timestamptz '2026-01-01' + (n / 3) * interval '1 microsecond'
    from generate_series(0, 8) n`.execute(database.db);

  const pages = await readAll((cursor) =>
    listAuditEvents(database.db, { event_type: 'tie' }, { limit: 2, cursor }),
  );

  expect(pages.map((page) => page.map((row) => row.request_id))).toEqual([
    ['8', '7'],
    ['6', '5'],
    ['4', '3'],
    ['2', '1'],
    ['0'],
  ]);
});

it('lists definitions by ref, bytewise, with rows added meanwhile in their place', async () => {
  for (const ref of ['b', 'a_', 'a1', 'a-']) await makePack(database.db, { ref: `page${ref}` });
  const first = await listPacks(database.db, { ref: 'page*' }, { limit: 2 });
  await makePack(database.db, { ref: 'pageab' });

  const second = await listPacks(database.db, { ref: 'page*' }, { limit: 9, cursor: first.nextCursor });

  expect(first.items.map((pack) => pack.ref)).toEqual(['pagea-', 'pagea1']);
  expect(second.items.map((pack) => pack.ref)).toEqual(['pagea_', 'pageab', 'pageb']);
  expect(second).not.toHaveProperty('nextCursor');
});

it('gives page numbers and totals to those who ask for them', async () => {
  const trigger = await makeTrigger(database.db);
  await insertEvents(
    database.db,
    Array.from({ length: 5 }, () => ({ trigger_ref: trigger.ref })),
  );

  const page = await listEvents(
    database.db,
    { trigger_ref: trigger.ref },
    { limit: 2, offset: 2, total: true },
  );

  expect(page).toMatchObject({ total: 5, items: [{}, {}] });
  expect(page.items[0]!.id - page.items[1]!.id).toBe(1);
});

it('an empty list is one page without a cursor', async () => {
  expect(await listEvents(database.db, { trigger_ref: 'no.such' }, { limit: 5, total: true })).toEqual({
    items: [],
    total: 0,
  });
});

it.each([
  'nonsense',
  '',
  Buffer.from('["1","2"]').toString('base64url'),
  Buffer.from('{}').toString('base64url'),
])('refuses the cursor %j, which no list has handed out', async (cursor) => {
  const reading = listEvents(database.db, {}, { limit: 5, cursor });

  await expect(reading).rejects.toThrow(ValidationError);
});

it.each([
  ['pct%', 'pctx', 'pct%'],
  ['und_', 'undx', 'und_'],
])('a filter takes %s literally', async (label, other, search) => {
  await makePack(database.db, { label: `the ${label} pack` });
  await makePack(database.db, { label: `the ${other} pack` });

  const { items } = await listPacks(database.db, { search }, { limit: 10 });

  expect(items.map((pack) => pack.label)).toEqual([`the ${label} pack`]);
});

it('a ref filter takes _ literally and * as a wildcard', async () => {
  await makePack(database.db, { ref: 'lit_a' });
  await makePack(database.db, { ref: 'litxa' });

  const literal = await listPacks(database.db, { ref: 'lit_*' }, { limit: 10 });
  const exact = await listPacks(database.db, { ref: 'lit_a' }, { limit: 10 });

  expect(literal.items.map((pack) => pack.ref)).toEqual(['lit_a']);
  expect(exact.items.map((pack) => pack.ref)).toEqual(['lit_a']);
});

it('clamps the limit instead of refusing it', async () => {
  const trigger = await makeTrigger(database.db);
  await insertEvents(
    database.db,
    Array.from({ length: 1_001 }, () => ({ trigger_ref: trigger.ref })),
  );

  const many = await listEvents(database.db, { trigger_ref: trigger.ref }, { limit: 5_000 });
  const one = await listEvents(database.db, { trigger_ref: trigger.ref }, { limit: 0 });

  expect([many.items.length, one.items.length]).toEqual([1_000, 1]);
});
