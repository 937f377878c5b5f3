import { makeIdentity, useTestDatabase } from '../testing/index.js';
import { claimSignIn, completeSignIn, redeemSignInCode } from './sign-in.repository.js';

const database = useTestDatabase();
const atOnce = Array.from({ length: 10 });

function code(code_hash: string, lifetime_seconds = 60) {
  return { code_hash, code_challenge: `challenge of ${code_hash}`, lifetime_seconds };
}

test('a state is good for one use, also of many at once', async () => {
  const claims = await Promise.all(atOnce.map(() => claimSignIn(database.db, 'one')));
  expect(claims.filter(Boolean)).toHaveLength(1);
  expect(await claimSignIn(database.db, 'one')).toBe(false);
  expect(await claimSignIn(database.db, 'two')).toBe(true);
});

test('a code is redeemed once, also by many at once, and says whose it is', async () => {
  const { db } = database;
  const { id: identity } = await makeIdentity(db);
  await claimSignIn(db, 'redeemed');
  await completeSignIn(db, 'redeemed', { identity, code: code('once') });

  const redeemed = await Promise.all(atOnce.map(() => redeemSignInCode(db, 'once')));

  expect(redeemed.filter((row) => row !== undefined)).toEqual([
    expect.objectContaining({
      identity,
      code_challenge: 'challenge of once',
      redeemed_at: expect.any(Date),
    }),
  ]);
  expect(await redeemSignInCode(db, 'once')).toBeUndefined();
  expect(await redeemSignInCode(db, 'never given')).toBeUndefined();
});

test('a code that is too old is not redeemed', async () => {
  const { db } = database;
  const { id: identity } = await makeIdentity(db);
  await claimSignIn(db, 'late');
  await completeSignIn(db, 'late', { identity, code: code('late', 0) });
  expect(await redeemSignInCode(db, 'late')).toBeUndefined();
});

test('a sign-in is completed once, and only after its state was claimed', async () => {
  const { db } = database;
  const { id: identity } = await makeIdentity(db);
  await claimSignIn(db, 'completed');
  await completeSignIn(db, 'completed', { identity, code: code('first') });

  const refused = { code: 'INVALID_STATE' };
  const again = completeSignIn(db, 'completed', { identity, code: code('second') });
  await expect(again).rejects.toMatchObject(refused);
  const unclaimed = completeSignIn(db, 'unclaimed', { identity, code: code('third') });
  await expect(unclaimed).rejects.toMatchObject(refused);
  expect(await redeemSignInCode(db, 'second')).toBeUndefined();
  expect(await redeemSignInCode(db, 'first')).toMatchObject({ identity });
});
