import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startTypeScript } from '@attune/testing';
import type { ChildProgram } from '@attune/testing';
import { useLdapServer } from '../testing/ldap-server.js';
import { clientSecret, publicUrl, useOidcProvider } from '../testing/oidc-provider.js';
import { useTestApi } from '../testing/test-api.js';
import { createTestBrowser } from '../testing/test-browser.js';

const commandLine = resolve(__dirname, '../../../cli/src/main.ts');
const provider = useOidcProvider();
const directory = useLdapServer();
const t = useTestApi({
  api: { public_url: publicUrl },
  get auth() {
    return {
      oidc: {
        issuer: provider.issuer,
        client_id: 'attune',
        client_secret: clientSecret,
        allow_http: true,
        allow_private_addresses: true,
      },
      ldap: {
        url: directory.ldaps,
        ca_file: directory.certificate,
        allow_private_addresses: true,
        bind_dn_template: 'uid={login},ou=people,dc=example,dc=org',
      },
    };
  },
});

beforeAll(async () => void (await t.admin()));

const home = mkdtempSync(join(tmpdir(), 'attune-login-'));
const profile = join(home, 'deeper', 'profile.json');
const children: ChildProgram[] = [];
afterEach(() => Promise.all(children.splice(0).map((child) => child.kill())));
afterAll(() => rmSync(home, { recursive: true }));

function attune(...args: string[]): ChildProgram {
  const env = { ATTUNE_PROFILE: profile, ATTUNE_PASSWORD: 'password of ada', ATTUNE_TOKEN: undefined };
  const child = startTypeScript(commandLine, ['--url', t.api.url, ...args], { env });
  children.push(child);
  return child;
}

/** The browser of the machine, which reaches the API by its public address. */
async function signInByBrowser() {
  const child = attune('login', '--sso');
  const [page = ''] = await child.outputs(/http:\/\/\S+\/auth\/oidc\/login\?\S+/);
  const { origin } = new URL(new URL(page).searchParams.get('redirect_uri') ?? '');
  const browser = createTestBrowser({
    served: () => ({ [publicUrl]: t.api.url, [provider.issuer]: provider.issuer, [origin]: origin }),
  });
  return { child, browser, origin, page: page.replace(t.api.url, publicUrl) };
}

test('--sso signs in through the browser and remembers tokens that the browser never sees', async () => {
  await provider.account('ada', { preferred_username: 'ada' });
  const { child, browser, page } = await signInByBrowser();

  const { url } = await browser.open(page);
  const { response } = await browser.open(url.href, { prompt: 'login', login: 'ada', password: 'any' });
  const shown = (await response?.text()) ?? '';

  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.stdout()).toBe(`logged in at ${t.api.url} as ada\n`);
  expect(shown).toContain('You are signed in.');
  expect(response?.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  expect(statSync(profile).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'deeper')).mode & 0o777).toBe(0o700);
  const { accessToken, refreshToken } = JSON.parse(readFileSync(profile, 'utf8')) as Record<string, string>;
  expect((await t.request('GET', '/auth/me', { token: accessToken })).body.data).toMatchObject({
    login: 'ada',
  });
  const seen = [...browser.history, shown, child.stdout(), child.stderr()].join('\n');
  for (const token of [accessToken, refreshToken]) expect(seen).not.toContain(token);
});

test('--sso heeds only the browser that it sent away, and repeats nothing', async () => {
  const { child, origin, browser, page } = await signInByBrowser();
  const script = '<script>alert(1)</script>';
  for (const query of [
    'code=guess',
    'code=guess&state=guess',
    `error=x&error_description=${script}&state=guess`,
  ]) {
    const answer = await fetch(`${origin}/signed-in?${query}`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toMatch(/guess|alert/);
  }
  const { url } = await browser.open(page);
  const { response } = await browser.open(`${url.href}/abort`);
  expect(await response?.text()).toContain('The sign-in failed; the terminal says why.');
  expect(await child.ended).toEqual({ code: 4, signal: null });
  expect(child.stderr()).toContain('error: the identity provider refused: access_denied');
});

test('--ldap logs in with the password of the directory', async () => {
  const child = attune('login', '--ldap', '--login', 'ada');
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.stdout()).toMatch(/ as (ada|ldap:\w+)\n$/);
  expect(child.stdout() + child.stderr()).not.toContain('password of ada');
});

test('one way to log in is chosen at a time', async () => {
  const child = attune('login', '--ldap', '--sso');
  expect(await child.ended).toEqual({ code: 2, signal: null });
});
