import { makeOlder } from '../testing/make-older.js';
import { useTestDatabase } from '../testing/test-database.js';
import { beginLoginAttempt, clearLoginAttempts } from './login-attempt.repository.js';

const database = useTestDatabase();
const locks = [0, 0, 3600, 7200];

const attempt = (login: string) => beginLoginAttempt(database.db, login, locks);

async function waits(login: string, attempts: number): Promise<number[]> {
  const answers = [];
  for (let count = 0; count < attempts; count += 1) answers.push(await attempt(login));
  return answers;
}

const letADayPass = (login: string) =>
  makeOlder(database.db, 'login_attempt', { days: 1, keys: [login], key: 'login_hash' });

it('locks after as many attempts without success as it is told, and others not', async () => {
  expect(await waits('one', 4)).toEqual([0, 0, 0, 3600]);
  expect(await attempt('another')).toBe(0);
});

it('locks for longer after each further one, and at last always as long', async () => {
  await waits('patient', 3);
  const later = [];
  for (let round = 0; round < 3; round += 1) {
    await letADayPass('patient');
    later.push(await waits('patient', 2));
  }
  expect(later).toEqual([
    [0, 7200],
    [0, 7200],
    [0, 7200],
  ]);
});

it('counts what is refused no further', async () => {
  await waits('eager', 10);
  expect(
    await database.db
      .selectFrom('login_attempt')
      .select('failures')
      .where('login_hash', '=', 'eager')
      .execute(),
  ).toEqual([{ failures: 3 }]);
});

it('forgets everything after a success', async () => {
  await waits('lucky', 3);
  await clearLoginAttempts(database.db, 'lucky');
  expect(await waits('lucky', 4)).toEqual([0, 0, 0, 3600]);
});

it('lets through as many of 50 at once as one after the other', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => attempt('crowd')));
  expect(answers.filter((wait) => wait === 0)).toHaveLength(3);
  expect(answers.filter((wait) => wait >= 1)).toHaveLength(47);
});
