import { newApiToken } from '@attune/access';
import { deleteIdentity, findIdentityByLogin, listApiTokens } from '@attune/db';
import { makeIdentity } from '@attune/db/testing';
import { useTestApi } from '../testing/test-api.js';
import { admitDaemonToken, daemonLogin } from './daemon-account.js';

const t = useTestApi();

async function tokensOf(identity: number): Promise<number> {
  return (await listApiTokens(t.db, { identity }, { limit: 10 })).items.length;
}

test('the token of the services belongs to an account of its own, once', async () => {
  const token = newApiToken();
  await admitDaemonToken(t.db, token);
  await admitDaemonToken(t.db, token);

  const account = await findIdentityByLogin(t.db, daemonLogin);
  expect(account).toMatchObject({ password_hash: null });
  expect(await tokensOf(account?.id ?? 0)).toBe(1);
  await admitDaemonToken(t.db, newApiToken());
  expect(await tokensOf(account?.id ?? 0)).toBe(2);
  await deleteIdentity(t.db, account?.id ?? 0);
});

test.each([
  ['with a password', { password_hash: 'x', attributes: { service: true } }],
  ['that a provider brought', { attributes: {} }],
])('somebody %s who has that login is given nothing', async (_who, values) => {
  const { id } = await makeIdentity(t.db, { login: daemonLogin, ...values });

  await expect(admitDaemonToken(t.db, newApiToken())).rejects.toThrow(`which is identity ${id}`);

  expect(await tokensOf(id)).toBe(0);
  await deleteIdentity(t.db, id);
});
