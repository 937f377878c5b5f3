// A certified OpenID provider as a process of its own. Prints its issuer. The test tells it what accounts there are
// (PUT /_accounts/<sub>) and how it misbehaves (PUT /_fault); GET /_requests counts what it was asked.

import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import { Provider } from 'oidc-provider';

const [callback, client_secret] = process.argv.slice(2);
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const accounts = new Map();
const requests = {};
let fault = {};

const keys = await Promise.all(algorithms.map(makeKey));
const stranger = await makeKey('RS256');

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://provider');
  if (pathname.startsWith('/_')) return void control(request, response, pathname);
  requests[pathname] = (requests[pathname] ?? 0) + 1;
  if (fault.down?.includes(pathname)) return void response.writeHead(502).end('bad gateway');
  if (fault.moved?.[pathname]) return void response.writeHead(302, { location: fault.moved[pathname] }).end();
  serve(request, response);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  jwks: { keys },
  cookies: { keys: ['only for tests'] },
  clients: [
    {
      client_id: 'attune',
      client_secret,
      redirect_uris: [callback],
      post_logout_redirect_uris: ['https://attune.example.test/bye'],
    },
  ],
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  claims: {
    openid: ['sub'],
    profile: ['name', 'preferred_username', 'groups'],
    email: ['email', 'email_verified'],
  },
  enabledJWA: { idTokenSigningAlgValues: algorithms },
  features: { devInteractions: { enabled: true } },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, ...accounts.get(sub) }),
  }),
  // Nobody is asked for consent.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({
      clientId: oidc.client.clientId,
      accountId: oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});
provider.use(async (context, next) => {
  await next();
  if (context.path === '/token' && context.body?.id_token !== undefined && fault.token !== undefined) {
    context.body = { ...context.body, id_token: await forge(context.body.id_token, fault.token) };
  }
  if (context.path === '/.well-known/openid-configuration' && fault.metadata !== undefined) {
    context.body = { ...context.body, ...fault.metadata };
  }
  if (context.path === '/me' && fault.userinfo !== undefined) {
    context.body = { ...context.body, ...fault.userinfo };
  }
});
const serve = provider.callback();
process.stdout.write(`issuer ${issuer}\n`);

async function control(request, response, pathname) {
  if (pathname === '/_requests') return void response.end(JSON.stringify(requests));
  const sent = await json(request);
  if (pathname === '/_fault') fault = sent;
  else accounts.set(decodeURIComponent(pathname.slice('/_accounts/'.length)), sent);
  response.end('{}');
}

async function makeKey(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `key of ${alg}` };
}

/** `claims` override, null removes; `alg` chooses the key; `by`: how it is signed, if not by the provider. */
async function forge(token, { claims = {}, alg = 'RS256', by = 'provider', kid }) {
  const [header, payload, signature] = token.split('.');
  const all = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
  const changed = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  if (by === 'nobody') return `${encode({ alg: 'none' })}.${encode(changed)}.`;
  if (by === 'old signature') return `${header}.${encode(changed)}.${signature}`;
  if (by === 'client secret')
    return sign(changed, { alg: 'HS256', key: new TextEncoder().encode(client_secret) });
  const jwk = by === 'stranger' ? stranger : keys.find((key) => key.alg === alg);
  return sign(changed, { alg, key: await importJWK(jwk, alg), kid: kid ?? jwk.kid });
}

function sign(payload, { alg, key, kid }) {
  return new SignJWT(payload).setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) }).sign(key);
}
