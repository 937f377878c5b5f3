import { countStatements, useTestDatabase } from '@attune/db/testing';
import { SignJWT } from 'jose';
import { makeAccessWorld, signedKinds } from './access-world.testing.js';
import type { AccessWorld } from './access-world.testing.js';
import { makeForger, makeSigner } from './testing/signer.js';

const database = useTestDatabase();
let world: AccessWorld;

beforeAll(async () => {
  world = await makeAccessWorld(database.db);
});

function outcome(token: string): Promise<string> {
  return world
    .open()
    .ofToken(token)
    .then(
      ({ principal }) => principal.tokenKind,
      (error: Error) => `${error.name}: ${error.message}`,
    );
}

const invalid = 'UnauthenticatedError: the access token is not valid';
const noKind = 'UnauthenticatedError: the access token is of no kind that is known';

describe.each(signedKinds)('a token of kind %s', (kind) => {
  const sign = (claims: Record<string, unknown> = {}, header?: Record<string, unknown>) =>
    world.signer.sign({ ...world.claims[kind], ...claims }, header);
  const past = () => Math.floor(world.clock.ms / 1_000) - 1;

  test('is accepted as what it is', async () => {
    expect(await outcome(await sign())).toBe(kind);
  });

  test('is refused once it has expired', async () => {
    expect(await outcome(await sign({ exp: past() }))).toContain('the access token has expired');
    expect(await outcome(await sign({ exp: undefined }))).toBe(invalid);
  });

  test.each<[string, Record<string, unknown>]>([
    ['for another audience', { aud: 'other' }],
    ['for no audience', { aud: undefined }],
    ['of another issuer', { iss: 'other' }],
    ['of no issuer', { iss: undefined }],
    ['without an id', { jti: undefined }],
    ['without a subject', { sub: undefined }],
    ['from the future', { nbf: Math.floor(Date.now() / 1_000) + 600 }],
  ])('is refused %s', async (_what, claims) => {
    expect(await outcome(await sign(claims))).toBe(invalid);
  });

  test('is refused with another type in its header', async () => {
    expect(await outcome(await sign({}, { typ: 'other' }))).toBe(invalid);
    expect(await outcome(await sign({}, { typ: undefined }))).toBe(invalid);
  });

  test('is refused when it stands on nothing, or on a login that is none', async () => {
    expect(await outcome(await sign({ sid: undefined, tok: undefined }))).toBe(noKind);
    const nobodys = crypto.randomUUID();
    expect(await outcome(await sign({ sid: nobodys, tok: undefined }))).toContain('the session has ended');
    expect(await outcome(await sign({ sid: 'x', tok: undefined }))).toBe(noKind);
  });

  test('is refused from any key but those of the API', async () => {
    const forger = await makeForger(world.signer.kid);
    expect(await outcome(await forger.sign({ ...world.claims[kind] }))).toBe(invalid);
    const stranger = await makeForger('no-such-key');
    expect(await outcome(await stranger.sign({ ...world.claims[kind] }))).toBe(invalid);
    expect(await outcome(await sign({}, { kid: undefined }))).toBe(invalid);
    const embedded = { jwk: forger.publicKey, kid: undefined };
    expect(await outcome(await forger.sign({ ...world.claims[kind] }, embedded))).toBe(invalid);
  });

  test('is refused unsigned', async () => {
    const [, payload] = (await sign()).split('.');
    for (const alg of ['none', 'None', 'NONE', '']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: world.signer.kid, typ: 'JWT' }));
      expect(await outcome(`${header.toString('base64url')}.${payload}.`)).toBe(invalid);
    }
  });

  test('is refused with the public key as the secret of a symmetric signature', async () => {
    const { x = '' } = world.signer.publicKey;
    const secrets = [Buffer.from(x, 'base64url'), Buffer.from(x), JSON.stringify(world.signer.publicKey)];
    for (const secret of secrets) {
      const token = await new SignJWT({ ...world.claims[kind], iss: 'attune', aud: 'attune', jti: 'x' })
        .setProtectedHeader({ alg: 'HS256', kid: world.signer.kid, typ: 'JWT' })
        .setExpirationTime('1h')
        .sign(Buffer.from(secret));
      expect(await outcome(token)).toBe(invalid);
    }
  });

  test('is refused with a changed claim', async () => {
    const [header = '', payload = '', signature = ''] = (await sign()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...claims, jti: 'another' })).toString('base64url');
    expect(await outcome(`${header}.${changed}.${signature}`)).toBe(invalid);
  });
});

test('other kinds, and none, are refused', async () => {
  for (const kind of ['refresh', 'api', 'admin', '', null, undefined]) {
    expect(await outcome(await world.signer.sign({ ...world.claims.access, kind }))).toBe(noKind);
  }
});

test('a refresh token and texts that are nothing are no bearer tokens', async () => {
  for (const token of [`atr_${'x'.repeat(43)}`, 'abc', 'a.b.c', 'e30.e30.e30', 'null', '{}']) {
    expect(await outcome(token)).toBe(invalid);
  }
});

test('only an Authorization header with a bearer token counts', async () => {
  const token = await world.signer.sign(world.claims.access);
  const authenticator = world.open();
  expect((await authenticator.authenticate(`bearer ${token}`)).principal.login).toBe(world.identity.login);
  for (const header of [undefined, '', token, `Basic ${token}`, 'Bearer', `Bearer ${token} ${token}`]) {
    await expect(authenticator.authenticate(header)).rejects.toThrow('a login is needed');
  }
});

test('a key made after the process started is found; one that nobody has is not looked for each time', async () => {
  const stranger = await makeForger('no-such-key');
  const rotated = await makeSigner(database.db);
  const { statements } = await countStatements(database, async (db) => {
    const authenticator = world.open(db);
    for (let count = 0; count < 20; count += 1) {
      const token = await stranger.sign(world.claims.access);
      await expect(authenticator.ofToken(token)).rejects.toThrow('not valid');
    }
  });
  expect(statements).toBeLessThanOrEqual(2);
  const authenticator = world.open();
  expect((await authenticator.ofToken(await rotated.sign(world.claims.access))).sessionId).toBe(
    world.session.id,
  );
});
