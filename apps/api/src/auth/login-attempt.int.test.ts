import { randomBytes } from 'node:crypto';
import { waitUntil } from '@attune/testing';
import { useSecondApi } from '../testing/second-api.js';
import { testPassword, useTestApi } from '../testing/test-api.js';

const options = { security: { master_key: randomBytes(32).toString('base64') } };
const t = useTestApi(options);
const second = useSecondApi(t, options);

function logIn(login: string, password: string, at: Pick<typeof t, 'request'> = t) {
  return at.request('POST', '/auth/login', { json: { login, password } });
}

test('failures lock a login in all processes alike, whether anybody has it or not', async () => {
  const { login } = await t.login();
  const answersTo = async (name: string) => {
    const answers = [];
    for (const at of [t, second, t, second, t, second, t]) {
      const { status, headers, body } = await logIn(name, 'wrong', at);
      answers.push({ status, wait: headers.get('retry-after'), body: { ...body, request_id: undefined } });
    }
    return answers;
  };

  const known = await answersTo(login);
  expect(known.map(({ status, wait }) => [status, wait])).toEqual([
    ...Array.from({ length: 5 }, () => [401, null]),
    [429, '1'],
    [429, '1'],
  ]);
  expect(known.at(-1)?.body).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  expect(await answersTo('not-an-account')).toEqual(known);
});

test('a lock holds against the right password, ends, and a success forgets the failures', async () => {
  const { login } = await t.login();
  for (let count = 0; count < 5; count += 1) await logIn(login, 'wrong', second);
  expect((await logIn(login, testPassword)).status).toBe(429);

  await waitUntil(async () => (await logIn(login, testPassword)).status === 200);

  for (let count = 0; count < 5; count += 1) expect((await logIn(login, 'wrong')).status).toBe(401);
});

test('guesses made at once are throttled like others, whatever the case of the login', async () => {
  const { login } = await t.login();
  const guess = (index: number) =>
    logIn(index % 2 === 0 ? login : login.toUpperCase(), 'wrong', index % 3 === 0 ? t : second);
  const started = performance.now();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => guess(index)));
  const statuses = answers.map(({ status }) => status);
  // The first lock ends after a second: on a slow machine a guess may come after it.
  const locksEnded = Math.floor((performance.now() - started) / 1000);
  const checked = statuses.filter((status) => status === 401).length;
  expect(checked).toBeGreaterThanOrEqual(5);
  expect(checked).toBeLessThanOrEqual(5 + locksEnded);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20 - checked);
});
