import { hashToken, newOpaqueToken } from '@attune/access';
import { claimSignIn, completeSignIn, ensureOidcIdentity, inTransaction } from '@attune/db';
import { UnauthenticatedError, ValidationError } from '@attune/domain';
import type { ApiContext } from '../../context.js';
import type { Caller } from '../../http/call.js';
import { errorAnswer } from '../../http/error-answer.js';
import { HttpError } from '../../http/http-error.js';
import { auditAuth, recordingFailure } from '../audit.js';
import { sameSecret } from '../same-secret.js';
import type { OidcAccount } from './oidc-claims.js';
import type { Providers } from './open-providers.js';
import { keepSignIn, readSignIn } from './sign-in-cookie.js';
import type { PendingSignIn } from './sign-in-cookie.js';
import { ensureVouched } from './vouched-identity.js';

const codePrefix = 'atc_';
const codeSeconds = 60;

export interface SignInRequest {
  readonly redirect_uri: string;
  readonly code_challenge: string;
  readonly state: string;
}

/** Where the browser goes first, and what it keeps until it comes back. */
export async function beginSignIn(
  ctx: ApiContext,
  { redirect_uri, code_challenge, state }: SignInRequest,
): Promise<{ location: string; cookie?: string }> {
  const provider = oidcOf(ctx.auth.providers);
  const target = allowedTarget(redirect_uri, ctx.auth.providers);
  try {
    const { url, secrets } = await provider.begin();
    const pending = { secrets, redirect_uri: target, code_challenge, state };
    return { location: url, cookie: keepSignIn(pending, sealingOf(ctx)) };
  } catch (error) {
    return { location: failed(ctx, { redirect_uri: target, state }, error) };
  }
}

/**
 * Takes what the provider said: the identity with its roles, and a code for the client that began. No token goes
 * through the browser. The client is told of failures too; throws UnauthenticatedError when there is no client,
 * because this browser began nothing.
 */
export async function finishSignIn(
  ctx: ApiContext,
  { answer, cookie }: { answer: Readonly<Record<string, string>>; cookie: string | undefined },
  caller: Caller,
): Promise<{ location: string }> {
  const provider = oidcOf(ctx.auth.providers);
  const attempt = { event: 'sign_in', details: { provider: 'oidc' } } as const;
  const recording = <T>(work: () => Promise<T>) => recordingFailure(ctx.db, caller, attempt, work);
  const pending = await recording(() => begun(ctx, { answer, cookie }));
  try {
    const code = await recording(async () => {
      const account = await provider.finish(answer, pending.secrets);
      return complete(ctx, { account, pending }, caller);
    });
    return { location: withQuery(pending.redirect_uri, { code, state: pending.state }) };
  } catch (error) {
    return { location: failed(ctx, pending, error) };
  }
}

function oidcOf({ oidc }: Providers): NonNullable<Providers['oidc']> {
  if (oidc !== undefined) return oidc;
  throw new HttpError('NOT_IMPLEMENTED', 'sign-in at an OpenID provider is not configured (auth.oidc)');
}

/** A loopback port of the user's own machine (RFC 8252, section 7.3), or a configured page. */
function allowedTarget(uri: string, { redirectUris }: Providers): string {
  const url = new URL(uri);
  const isLoopback = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  if (isPlain && (isLoopback || redirectUris.includes(url.href))) return url.href;
  throw new ValidationError('the redirect_uri is not allowed', {
    details: [
      {
        path: 'query.redirect_uri',
        message: 'must be http://127.0.0.1:<port>/… or one of auth.redirect_uris',
      },
    ],
  });
}

/** The sign-in that this answer belongs to: begun in this browser, not long ago, and not ended before. */
async function begun(
  ctx: ApiContext,
  { answer, cookie }: { answer: Readonly<Record<string, string>>; cookie: string | undefined },
): Promise<PendingSignIn> {
  const pending = readSignIn(cookie, sealingOf(ctx));
  if (!sameSecret(answer['state'] ?? '', pending.secrets.state))
    throw new UnauthenticatedError('the answer belongs to another sign-in; start again');
  if (!(await claimSignIn(ctx.db, hashToken(pending.secrets.state))))
    throw new UnauthenticatedError('this sign-in has ended; start again');
  return pending;
}

/** Identity, roles, code and the record of it in one transaction: a refused sign-in leaves nothing. */
async function complete(
  ctx: ApiContext,
  { account, pending }: { account: OidcAccount; pending: PendingSignIn },
  caller: Caller,
): Promise<string> {
  const code = newOpaqueToken(codePrefix);
  await inTransaction(ctx.db, async (trx) => {
    const ensure = () => ensureOidcIdentity(trx, account.identity);
    const identity = await ensureVouched(trx, ensure, { source: 'oidc', roles: account.roles });
    await completeSignIn(trx, hashToken(pending.secrets.state), {
      identity: identity.id,
      code: {
        code_hash: hashToken(code),
        code_challenge: pending.code_challenge,
        lifetime_seconds: codeSeconds,
      },
    });
    const { id: identityId, login } = identity;
    const details = { provider: 'oidc', roles: account.roles };
    await auditAuth(trx, caller, { event: 'sign_in', outcome: 'success', identityId, login, details });
  });
  ctx.auth.forget();
  return code;
}

/** Back to the client, which tells its user; the details stay in the log. */
function failed(
  ctx: ApiContext,
  { redirect_uri, state }: Pick<PendingSignIn, 'redirect_uri' | 'state'>,
  error: unknown,
): string {
  const { status, body } = errorAnswer(error);
  if (status >= 500) ctx.log.error({ event: 'auth.sign_in_failed', err: error }, 'a sign-in failed');
  const code = status === 503 ? 'temporarily_unavailable' : status >= 500 ? 'server_error' : 'access_denied';
  return withQuery(redirect_uri, { error: code, error_description: body.error, state });
}

function withQuery(uri: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function sealingOf({ secrets, auth }: ApiContext) {
  return { secrets, clock: auth.settings.clock };
}
