import { findIdentityByLogin, insertIdentity } from '@attune/db';
import { hashPassword } from './passwords.js';
import { testPassword, useTestApi } from '../testing/test-api.js';

const t = useTestApi({ security: { local_password: false } });

test('without local passwords nobody logs in with one, or is told whether it was right', async () => {
  await insertIdentity(t.db, { login: 'ann', password_hash: await hashPassword(testPassword) });
  for (const [login, password] of [
    ['ann', testPassword],
    ['ann', 'wrong'],
    ['nobody', 'wrong'],
  ]) {
    const answer = await t.request('POST', '/auth/login', { json: { login, password } });
    expect(answer.status).toBe(403);
    expect(answer.body.error).toBe('logging in with a password is switched off here');
  }
});

test('nobody registers unless it is switched on', async () => {
  const json = { login: 'newcomer', password: testPassword };
  expect((await t.request('POST', '/auth/register', { json })).status).toBe(403);
  expect(await findIdentityByLogin(t.db, 'newcomer')).toBeUndefined();
});

test('the settings say how one may log in', async () => {
  expect((await t.request('GET', '/auth/settings')).body.data).toMatchObject({
    authentication_enabled: true,
    local_password_enabled: false,
    self_registration_enabled: false,
  });
});
