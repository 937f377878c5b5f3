import { ConfigError, createLogger } from '@attune/service';
import { createApi } from '../../api.service.js';
import { testConfig, useTestApi } from '../../testing/test-api.js';
import { newVerifier, startPath } from '../../testing/test-sign-in.js';
import { openProviders } from './open-providers.js';
import { providersOf } from './providers-of.js';

const t = useTestApi();
const clock = { now: () => new Date() };
const public_url = 'https://attune.example.test';
const oidc = { issuer: 'http://127.0.0.1:1', client_id: 'attune' };

describe('without a provider', () => {
  test.each([
    ['GET', () => startPath(newVerifier()), undefined],
    ['GET', () => '/auth/callback?code=a&state=b', undefined],
    ['POST', () => '/auth/ldap/login', { login: 'ada', password: 'secret' }],
  ])('%s says that it is not configured', async (method, path, json) => {
    const answer = await t.request(method, path(), { follow: false, json });
    expect(answer).toMatchObject({ status: 501, body: { code: 'NOT_IMPLEMENTED' } });
  });

  test('a code is nobody’s', async () => {
    const json = { code: 'guess', code_verifier: newVerifier() };
    expect((await t.request('POST', '/auth/oidc/exchange', { json })).status).toBe(401);
  });

  test('there is nothing to show', () => {
    expect(providersOf(testConfig().auth)).toEqual({
      oidc_enabled: false,
      oidc_visible_by_default: false,
      oidc_provider_name: null,
      oidc_provider_label: null,
      oidc_provider_icon_url: null,
      ldap_enabled: false,
      ldap_visible_by_default: false,
      ldap_provider_name: null,
      ldap_provider_label: null,
      ldap_provider_icon_url: null,
    });
  });
});

test('what is shown of a provider holds no secret', () => {
  const config = testConfig({
    auth: { oidc: { ...oidc, client_secret: 'hidden', provider_label: 'Our login' } },
  });
  const shown = providersOf(config.auth);
  expect(shown).toMatchObject({
    oidc_enabled: true,
    oidc_provider_name: 'oidc',
    oidc_provider_label: 'Our login',
  });
  expect(JSON.stringify(shown)).not.toContain('hidden');
});

describe('by default', () => {
  test.each([
    ['over http', 'http://id.example.org', 'HTTPS'],
    ['in a private network', 'https://10.0.0.1', 'is not an address that may be called'],
    ['on this machine, whatever it is called', 'https://localhost:1', 'is not an address that may be called'],
    ['of machine metadata', 'https://169.254.169.254', 'is not an address that may be called'],
  ])('a provider %s is not asked', async (_name, issuer, reason) => {
    const providers = openProviders(
      testConfig({ api: { public_url }, auth: { oidc: { ...oidc, issuer } } }),
      clock,
    );
    await expect(providers.oidc?.begin()).rejects.toThrow(reason);
  });
});

test.each([
  ['api.public_url', {}, { oidc }],
  ['auth.oidc.ca_file', { public_url }, { oidc: { ...oidc, ca_file: '/none' } }],
  ['auth.ldap.url', {}, { ldap: { url: 'ldap://directory', user_search_base: 'dc=x' } }],
  [
    'auth.ldap.ca_file',
    {},
    { ldap: { url: 'ldaps://directory', user_search_base: 'dc=x', ca_file: '/none' } },
  ],
])('a fault in %s keeps the API from starting', async (key, api, auth) => {
  const start = createApi(testConfig({ api, auth }), {
    db: t.db,
    bus: t.bus,
    log: createLogger('test', { level: 'silent' }),
  });
  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.toThrow(key);
});
