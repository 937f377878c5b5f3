import { createOutgoingFetch } from '@attune/outgoing';
import { ConfigError } from '@attune/service';
import type { Clock } from '@attune/service';
import * as client from 'openid-client';
import type { OidcConfig } from './providers.config.js';
import { readClaims } from './oidc-claims.js';
import type { OidcAccount } from './oidc-claims.js';
import { outgoingOf } from './outgoing.js';
import type { Outgoing } from './outgoing.js';
import { acceptedBy, ProviderDown } from './oidc-failure.js';

/** A provider rarely changes what it says of itself; its keys are looked at anew when a token names another one. */
const discoveryMs = 3_600_000;
/** How soon a provider that failed is asked again. */
const retryMs = 2000;
const maxAnswerBytes = 1024 * 1024;

/** What has to be kept, unseen by others, until the browser comes back. */
export interface OidcSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface OidcProvider {
  /** Where the browser is sent; throws ProviderUnavailableError. */
  begin(): Promise<{ url: string; secrets: OidcSecrets }>;
  /**
   * The account that the provider vouches for in this answer (the query of the callback). Throws
   * ProviderRefusedError when it proves nothing, ProviderUnavailableError when the provider does not answer.
   */
  finish(answer: Readonly<Record<string, string>>, secrets: OidcSecrets): Promise<OidcAccount>;
  /** Where the browser ends its session at the provider, when that is possible. */
  endSessionUrl(): Promise<string | undefined>;
}

/** Throws ConfigError; connects at the first sign-in. */
export function openOidcProvider(
  settings: OidcConfig,
  { publicUrl, clock }: { publicUrl: string | undefined; clock: Clock },
): OidcProvider {
  const callback = callbackOf(publicUrl);
  const outgoing = outgoingOf('auth.oidc', settings);
  const configuration = cached(() => discover(settings, outgoing), clock);
  return {
    begin: () => acceptedBy(async () => authorize(await configuration(), callback, settings)),
    finish: (answer, secrets) =>
      acceptedBy(async () => {
        const config = await configuration();
        const claims = await redeem(config, `${callback}?${new URLSearchParams(answer).toString()}`, secrets);
        return readClaims(claims, { ...settings, issuer: config.serverMetadata().issuer });
      }),
    endSessionUrl: () => acceptedBy(async () => endSessionAt(await configuration(), settings)),
  };
}

async function authorize(config: client.Configuration, callback: string, { scopes }: OidcConfig) {
  const secrets = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: scopes.join(' '),
    state: secrets.state,
    nonce: secrets.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: 'S256',
  });
  return { url: url.href, secrets };
}

/** The claims that the answer of the provider is good for. */
async function redeem(config: client.Configuration, answer: string, secrets: OidcSecrets) {
  const tokens = await client.authorizationCodeGrant(config, new URL(answer), {
    expectedState: secrets.state,
    expectedNonce: secrets.nonce,
    pkceCodeVerifier: secrets.verifier,
    idTokenExpected: true,
  });
  return allClaims(config, tokens);
}

function endSessionAt(config: client.Configuration, settings: OidcConfig): string | undefined {
  if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
  const { post_logout_redirect_uri: back } = settings;
  const parameters: Record<string, string> = back === undefined ? {} : { post_logout_redirect_uri: back };
  return client.buildEndSessionUrl(config, parameters).href;
}

function callbackOf(publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return `${publicUrl.replace(/\/+$/, '')}/auth/callback`;
  const message = 'must be set for auth.oidc: the provider sends people back to it';
  throw new ConfigError([{ key: 'api.public_url', message }]);
}

async function discover(settings: OidcConfig, { guard, ca }: Outgoing): Promise<client.Configuration> {
  const { client_id, client_secret, allow_http, timeout_ms } = settings;
  const send = createOutgoingFetch({ guard, ca, timeoutMs: timeout_ms, maxBytes: maxAnswerBytes });
  return client.discovery(
    new URL(settings.issuer),
    client_id,
    undefined,
    client_secret === undefined ? client.None() : client.ClientSecretBasic(client_secret),
    {
      // Without it a token that comes straight from the provider would be believed unsigned.
      execute: [client.enableNonRepudiationChecks, ...(allow_http ? [client.allowInsecureRequests] : [])],
      timeout: timeout_ms / 1000,
      [client.customFetch]: async (url, init) => {
        const response = await send(url, init).catch((error: unknown) => {
          throw new ProviderDown(error);
        });
        if (response.status >= 500) throw new ProviderDown(`it answered ${response.status}`);
        return response;
      },
    },
  );
}

/** What the ID token says, and where it is silent the userinfo endpoint, of the same subject. */
async function allClaims(
  config: client.Configuration,
  tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>,
): Promise<Record<string, unknown> & { sub: string }> {
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('an answer without an ID token was accepted');
  if (config.serverMetadata().userinfo_endpoint === undefined) return claims;
  return { ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims };
}

/** One load for all who ask; after a failure the next one waits a little. */
function cached<T>(load: () => Promise<T>, clock: Clock): () => Promise<T> {
  let known: { value: Promise<T>; until: number } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (known !== undefined && known.until > now) return known.value;
    const loading = { value: load(), until: now + discoveryMs };
    known = loading;
    loading.value.catch(() => (loading.until = now + retryMs));
    return loading.value;
  };
}
