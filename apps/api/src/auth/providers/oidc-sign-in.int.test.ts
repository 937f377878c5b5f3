import {
  addRole,
  countIdentities,
  findIdentityByLogin,
  findIdentityByOidcSubject,
  getIdentity,
  insertIdentity,
  listIdentityRoles,
  updateIdentity,
} from '@attune/db';
import { clientSecret, publicUrl, useOidcProvider } from '../../testing/oidc-provider.js';
import { useTestApi } from '../../testing/test-api.js';
import { newVerifier, signInSteps } from '../../testing/test-sign-in.js';

const provider = useOidcProvider();
const t = useTestApi({
  api: { public_url: publicUrl },
  get auth() {
    return {
      redirect_uris: [`${publicUrl}/app/signed-in`],
      oidc: {
        issuer: provider.issuer,
        client_id: 'attune',
        client_secret: clientSecret,
        post_logout_redirect_uri: 'https://attune.example.test/bye',
        allow_http: true,
        allow_private_addresses: true,
        role_mapping: { engineers: ['operator', 'viewer'], 'night-shift': ['operator'] },
      },
    };
  },
});
const { newBrowser, startUrl, signIn, exchange } = signInSteps(t, provider);

interface LoggedIn {
  access_token: string;
  refresh_token: string;
  user: { id: number; login: string };
}

const clientOf = (sub: string) => ({ issuer: provider.issuer, sub, client_id: 'attune' });
const identityOf = (sub: string) => findIdentityByOidcSubject(t.db, clientOf(sub));

async function logIn(sub: string): Promise<LoggedIn> {
  const { answer, verifier } = await signIn(sub);
  const exchanged = await exchange(answer['code'] ?? '', verifier);
  expect(exchanged).toMatchObject({ status: 200 });
  return exchanged.body.data as LoggedIn;
}

async function rolesOf(identity: number): Promise<string[]> {
  const { items } = await listIdentityRoles(t.db, { identity }, { limit: 100 });
  return items.map(({ role, source }) => `${role} (${source})`);
}

async function trail(column: 'actor_identity' | 'request_id', value: string | number) {
  const rows = await t.db
    .selectFrom('audit_event')
    .selectAll()
    .where(column, '=', value as never)
    .orderBy('id')
    .execute();
  return rows.map(({ event_type, outcome, details }) => ({ event_type, outcome, details }));
}

describe('a sign-in', () => {
  test('makes no first account: that is an administrator, of whom the setup link is asked', async () => {
    await provider.account('early', { preferred_username: 'early' });
    expect((await signIn('early')).answer).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('setup link'),
    });
    expect(await countIdentities(t.db)).toBe(0);
    await t.admin();
  });

  test('gives the client tokens, and nobody else', async () => {
    await provider.account('ada', {
      email: 'ada@example.org',
      email_verified: true,
      name: 'Ada L.',
      groups: ['engineers'],
    });

    const { answer, browser, verifier, visit } = await signIn('ada');
    const exchanged = await exchange(answer['code'] ?? '', verifier);

    expect(visit.response).toBeUndefined();
    expect(answer).toEqual({ code: expect.any(String), state: 'state of the client' });
    const { access_token, refresh_token, user } = exchanged.body.data as LoggedIn;
    expect(user).toMatchObject({ login: 'ada@example.org', display_name: 'Ada L.' });
    expect((await t.request('GET', '/auth/me', { token: access_token })).body.data).toMatchObject(user);
    const seen = [...browser.history, ...t.lines].join('\n');
    for (const secret of [access_token, refresh_token, clientSecret, verifier])
      expect(seen).not.toContain(secret);
    expect(t.lines.join('')).not.toContain(answer['code']);
    const details = { provider: 'oidc', roles: ['operator', 'viewer'] };
    expect(await trail('actor_identity', user.id)).toEqual([
      { event_type: 'auth.sign_in', outcome: 'success', details },
      { event_type: 'auth.login', outcome: 'success', details: { provider: 'oidc' } },
    ]);
  });

  test('keeps in the browser a sealed cookie that only the callback gets, and removes it there', async () => {
    const browser = newBrowser();
    const { headers } = await t.request('GET', startUrl(newVerifier()).replace(publicUrl, ''), {
      follow: false,
    });
    expect(headers.get('set-cookie')).toMatch(
      /^attune_sign_in=[\w-]+; Max-Age=600; Path=\/auth\/callback; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    await browser.open(startUrl(newVerifier()));
    expect(browser.cookies(`${publicUrl}/api/v1/rules`)).toBe('');
    expect(browser.cookies(`${publicUrl}/auth/callback`)).toContain('attune_sign_in=');
    await signIn('ada', { browser });
    expect(browser.cookies(`${publicUrl}/auth/callback`)).toBe('');
  });

  test('of the same account is the same identity; its roles are replaced, those that people gave stay', async () => {
    await provider.account('grace', { preferred_username: 'grace', groups: ['engineers', 'admin'] });
    const first = await logIn('grace');
    await addRole(t.db, first.user.id, 'by-hand');
    expect(await rolesOf(first.user.id)).toEqual(['by-hand (manual)', 'operator (oidc)', 'viewer (oidc)']);

    await provider.account('grace', { preferred_username: 'renamed', groups: 'night-shift' });
    expect((await logIn('grace')).user).toMatchObject({ id: first.user.id, login: 'grace' });
    expect(await rolesOf(first.user.id)).toEqual(['by-hand (manual)', 'operator (oidc)']);

    await provider.account('grace', {});
    await logIn('grace');
    expect(await rolesOf(first.user.id)).toEqual(['by-hand (manual)']);
  });

  test('goes back to a configured page as well', async () => {
    const { answer, visit } = await signIn('ada', { redirectUri: `${publicUrl}/app/signed-in` });
    expect(visit.url.pathname).toBe('/app/signed-in');
    expect(answer).toMatchObject({ code: expect.any(String) });
  });

  test('that its user gives up is told to the client', async () => {
    const browser = newBrowser();
    const { url } = await browser.open(startUrl(newVerifier()));
    const { url: end } = await browser.open(`${url.href}/abort`);
    expect(Object.fromEntries(end.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'the identity provider refused: access_denied',
      state: 'state of the client',
    });
  });
});

describe('an account', () => {
  test('is never found by its address: not by one that is unverified, nor by one that is', async () => {
    const mine = await insertIdentity(t.db, {
      login: 'mine@example.org',
      attributes: { email: 'mine@example.org' },
    });
    await provider.account('eve', {
      email: 'mine@example.org',
      email_verified: false,
      groups: ['engineers'],
    });
    await provider.account('mallory', { email: 'mine@example.org', email_verified: true });

    const [eve, mallory] = [await logIn('eve'), await logIn('mallory')];

    expect(await getIdentity(t.db, mine.id)).toEqual(mine);
    expect(await rolesOf(mine.id)).toEqual([]);
    expect(eve.user.login).toMatch(/^oidc:[\da-f]{24}$/);
    expect(mallory.user.login).toMatch(/^oidc:[\da-f]{24}$/);
    expect(eve.user.id).not.toBe(mallory.user.id);
    expect((await identityOf('eve'))?.attributes).toMatchObject({ email: null, groups: ['engineers'] });
  });

  test('loses an address that is no longer verified', async () => {
    await provider.account('joan', { email: 'joan@example.org', email_verified: true });
    await logIn('joan');
    await provider.account('joan', { email: 'ceo@example.org', email_verified: false });
    await logIn('joan');
    expect((await identityOf('joan'))?.attributes).toMatchObject({ email: null });
  });

  test.each([
    ['ada@example.org', /^oidc:/],
    ['sensor:core.timer', /^oidc:/],
    ['two words', /^oidc:/],
    ['margaret', /^margaret$/],
  ])('that calls itself %j', async (preferred_username, expected) => {
    await provider.account(`named ${preferred_username}`, { preferred_username });
    expect((await logIn(`named ${preferred_username}`)).user.login).toMatch(expected);
  });

  test('that is frozen is refused, before and after its code was given, and stays as it was', async () => {
    await provider.account('cold', { preferred_username: 'cold', groups: ['engineers'] });
    const { answer, verifier } = await signIn('cold');
    const { id } = (await identityOf('cold')) ?? { id: 0 };
    const before = await updateIdentity(t.db, id, { frozen: true });

    expect(await exchange(answer['code'] ?? '', verifier)).toMatchObject({ status: 403 });
    await provider.account('cold', { name: 'new', groups: ['night-shift'] });
    expect((await signIn('cold')).answer).toMatchObject({
      error: 'access_denied',
      error_description: 'the account cold is frozen',
    });
    expect(await getIdentity(t.db, id)).toEqual(before);
    expect(await rolesOf(id)).toEqual(['operator (oidc)', 'viewer (oidc)']);
    expect(await t.db.selectFrom('session').selectAll().where('identity', '=', id).execute()).toEqual([]);
  });
});

describe('a code', () => {
  const refused = { status: 401, body: { code: 'UNAUTHORIZED' } };

  test('is good once, also for many at once', async () => {
    const { answer, verifier } = await signIn('ada');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => exchange(answer['code'] ?? '', verifier)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401, 401]);
  });

  test('is used up by a wrong verifier', async () => {
    const { answer, verifier } = await signIn('ada');
    expect(await exchange(answer['code'] ?? '', newVerifier())).toMatchObject(refused);
    expect(await exchange(answer['code'] ?? '', verifier)).toMatchObject(refused);
  });

  test('of another client is of no use', async () => {
    const [mine, theirs] = [await signIn('ada'), await signIn('grace')];
    expect(await exchange(theirs.answer['code'] ?? '', mine.verifier)).toMatchObject(refused);
  });

  test('ends after a minute', async () => {
    const { answer, verifier } = await signIn('ada');
    const [row] = await t.db
      .selectFrom('sign_in')
      .select(['created', 'code_expires_at'])
      .where('code_hash', 'is not', null)
      .orderBy('created', 'desc')
      .limit(1)
      .execute();
    const lifetimeMs = (row?.code_expires_at?.getTime() ?? 0) - (row?.created.getTime() ?? 0);
    expect(lifetimeMs).toBeGreaterThanOrEqual(60_000);
    expect(lifetimeMs).toBeLessThan(65_000);
    await t.db
      .updateTable('sign_in')
      .set({ code_expires_at: new Date() })
      .where('code_hash', 'is not', null)
      .execute();
    expect(await exchange(answer['code'] ?? '', verifier)).toMatchObject(refused);
  });

  test('that was never given is unknown', async () => {
    const answer = await exchange('made up', newVerifier());
    expect(answer).toMatchObject(refused);
    const requestId = answer.headers.get('x-request-id') ?? '';
    expect(await trail('request_id', requestId)).toMatchObject([
      { event_type: 'auth.login', outcome: 'failure' },
    ]);
  });

  test('is stored as a hash only', async () => {
    const { answer } = await signIn('ada');
    const rows = JSON.stringify(await t.db.selectFrom('sign_in').selectAll().execute());
    expect(rows).not.toContain(answer['code']);
  });
});

describe('the callback', () => {
  /** A browser that is about to come back from the provider. */
  async function returning(account = 'ada') {
    const browser = newBrowser();
    const { url } = await browser.open(startUrl(newVerifier()));
    const cookie = browser.cookies(`${publicUrl}/auth/callback`);
    await browser.open(url.href, { prompt: 'login', login: account, password: 'any' });
    const callback = browser.history.find((address) => address.includes('/auth/callback')) ?? '';
    return { cookie, path: callback.replace(publicUrl, '') };
  }
  const call = (path: string, cookie: string) =>
    t.request('GET', path, { headers: { cookie }, follow: false });

  test.each([
    ['without a cookie', () => '', 'no sign-in is under way in this browser; start again'],
    [
      'with a cookie that was changed',
      (cookie: string) => `${cookie.slice(0, -8)}AAAAAAAA`,
      'no sign-in is under way',
    ],
    ['with the state of another sign-in', null, 'the answer belongs to another sign-in; start again'],
    ['a second time', (cookie: string) => cookie, 'this sign-in has ended; start again'],
  ])('refuses a browser %s', async (_name, change, error) => {
    const { cookie, path } = await returning();
    const sent = change === null ? (await returning()).cookie : change(cookie);
    const answer = await call(path, sent);
    expect(answer).toMatchObject({ status: 401, body: { error: expect.stringContaining(error) } });
    const requestId = answer.headers.get('x-request-id') ?? '';
    expect(await trail('request_id', requestId)).toMatchObject([
      { event_type: 'auth.sign_in', outcome: 'failure' },
    ]);
  });

  test('refuses a sign-in that took longer than ten minutes', async () => {
    const browser = newBrowser();
    const { url } = await browser.open(startUrl(newVerifier()));
    t.clock.ms += 601_000;
    const { url: end, response } = await browser.open(url.href, {
      prompt: 'login',
      login: 'ada',
      password: 'any',
    });
    expect(end.pathname).toBe('/auth/callback');
    expect(await response?.json()).toMatchObject({ error: 'the sign-in took too long; start again' });
  });
});

describe('a token', () => {
  const forged = { error: 'access_denied', error_description: expect.stringContaining('is not accepted') };
  const minuteAgo = Math.floor(Date.now() / 1000) - 60;

  test.each([
    ['with other claims than were signed', { by: 'old signature', claims: { sub: 'ada' } }],
    ['without a signature', { by: 'nobody' }],
    ['that is signed with the secret of the client', { by: 'client secret' }],
    ['that somebody else signed', { by: 'stranger' }],
    ['of a key that nobody has published', { kid: 'unknown' }],
    ['with the nonce of another sign-in', { claims: { nonce: 'other' } }],
    ['without a nonce', { claims: { nonce: null } }],
    ['of another issuer', { claims: { iss: 'https://id.example.org' } }],
    ['for another client', { claims: { aud: 'somebody-else' } }],
    [
      'for another client as well, of which this one is not the holder',
      { claims: { aud: ['attune', 'b'], azp: 'b' } },
    ],
    ['that has expired', { claims: { exp: minuteAgo } }],
    ['that never expires', { claims: { exp: null } }],
  ])('%s is refused and leaves nothing', async (name, token) => {
    await provider.account(name, { preferred_username: 'somebody', groups: ['engineers'] });
    await provider.fault({ token });
    expect((await signIn(name)).answer).toMatchObject(forged);
    expect(await identityOf(name)).toBeUndefined();
    expect(await findIdentityByLogin(t.db, 'somebody')).toBeUndefined();
  });

  test.each(['PS256', 'ES256', 'EdDSA'])('that is signed with %s is accepted', async (alg) => {
    await provider.fault({ token: { alg } });
    expect((await signIn('ada')).answer).toMatchObject({ code: expect.any(String) });
  });

  test('goes with claims of its own subject only', async () => {
    await provider.fault({ userinfo: { sub: 'grace', groups: ['engineers'] } });
    await provider.account('swapped', {});
    expect((await signIn('swapped')).answer).toMatchObject(forged);
    expect(await identityOf('swapped')).toBeUndefined();
  });
});

describe('the provider', () => {
  const down = {
    error: 'temporarily_unavailable',
    error_description: expect.stringContaining('cannot be reached'),
  };

  test('is asked once for what it says of itself and for its keys, however many sign in', async () => {
    await signIn('ada');
    const before = await provider.requests();
    await signIn('grace');
    await provider.fault({ token: { kid: 'unknown' } });
    for (let count = 0; count < 3; count += 1) await signIn('ada');
    const after = await provider.requests();
    for (const path of ['/.well-known/openid-configuration', '/jwks']) expect(after[path]).toBe(before[path]);
  });

  test.each(['/token', '/me'])(
    'that fails at %s is a failure that is told, and leaves nothing',
    async (path) => {
      await provider.fault({ down: [path] });
      await provider.account(`down ${path}`, {});
      expect((await signIn(`down ${path}`)).answer).toMatchObject(down);
      expect(await identityOf(`down ${path}`)).toBeUndefined();
    },
  );

  test('does not send us elsewhere', async () => {
    await provider.fault({ moved: { '/token': `${provider.issuer}/_requests` } });
    await provider.account('moved', {});
    expect((await signIn('moved')).answer).toMatchObject({ error: 'access_denied' });
  });

  test('that calls itself by another name is not believed', async () => {
    await provider.fault({ metadata: { issuer: 'https://id.example.org' } });
    t.clock.ms += 3_601_000;
    const { answer } = await signIn('ada');
    expect(answer).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining('issuer'),
    });
    await provider.fault({});
    t.clock.ms += 2000;
    expect((await signIn('ada')).answer).toMatchObject({ code: expect.any(String) });
  });

  test('that is gone is told to the client, and is found again when it is back', async () => {
    t.clock.ms += 3_601_000;
    await provider.stop();
    const browser = newBrowser();
    const { url } = await browser.open(startUrl(newVerifier()));
    expect(Object.fromEntries(url.searchParams)).toMatchObject(down);
    await provider.start();
    t.clock.ms += 2000;
    await provider.account('ada', {});
    expect((await signIn('ada')).answer).toMatchObject({ code: expect.any(String) });
  });
});

describe('the client', () => {
  test.each([
    'https://evil.example.org/callback',
    `${publicUrl}/app/signed-in/deeper`,
    `${publicUrl}/app/signed-in?next=https://evil.example.org`,
    `https://user@attune.example.test/app/signed-in`,
    'http://127.0.0.1.evil.example.org:80/',
    'http://user:pw@127.0.0.1:80/',
    'http://127.0.0.1@evil.example.org/',
    'https://127.0.0.1:80/',
    'javascript:alert(1)',
    'http://127.0.0.1:80/#fragment',
  ])('gets nothing at %s', async (redirectUri) => {
    const path = startUrl(newVerifier(), redirectUri).replace(publicUrl, '');
    const answer = await t.request('GET', path, { follow: false });
    expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'query.redirect_uri' }] } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('must bring a challenge of SHA-256', async () => {
    const url = startUrl(newVerifier()).replace(publicUrl, '');
    const plain = await t.request('GET', `${url}&code_challenge_method=plain`, { follow: false });
    expect(plain).toMatchObject({
      status: 422,
      body: { details: [{ path: 'query.code_challenge_method' }] },
    });
    const without = await t.request('GET', url.replace(/code_challenge=[^&]*&/, ''), { follow: false });
    expect(without).toMatchObject({ status: 422, body: { details: [{ path: 'query.code_challenge' }] } });
  });

  test('that logs out is told where to end the session at the provider', async () => {
    const { access_token: token } = await logIn('ada');
    const { data } = (await t.request('POST', '/auth/logout', { token })).body;
    const { end_session_url = '' } = data as { end_session_url?: string };
    expect(end_session_url).toContain(`${provider.issuer}/session/end?`);
    expect(new URL(end_session_url).searchParams.get('client_id')).toBe('attune');
    expect((await t.request('GET', '/auth/me', { token })).status).toBe(401);
    const local = await t.request('POST', '/auth/logout', { token: (await t.login()).token });
    expect(local.body.data).toEqual({ success: true, message: 'logged out' });
  });
});
