import { UnauthenticatedError } from '@attune/domain';
import type { Db, SecretBox } from '@attune/db';
import type { Clock } from '@attune/service';
import type { ApiConfig } from '../config.js';
import { createAccessTokens } from './access-token.js';
import type { AccessTokens } from './access-token.js';
import { createLoginThrottle } from './login-throttle.js';
import type { LoginThrottle } from './login-throttle.js';
import { createPrincipals } from './principals.js';
import type { Principals } from './principals.js';
import { openProviders } from './providers/open-providers.js';
import type { Providers } from './providers/open-providers.js';
import type { Session } from './session.js';
import { setupTokenOf } from './setup-token.js';
import { openSigningKeys } from './signing-keys.js';
import type { SigningKeys } from './signing-keys.js';

export interface Auth {
  /** The session of an `Authorization` header; throws UnauthenticatedError. */
  authenticate(header: string | undefined): Promise<Session>;
  readonly keys: SigningKeys;
  readonly tokens: AccessTokens;
  readonly principals: Principals;
  readonly throttle: LoginThrottle;
  readonly providers: Providers;
  /** What the one-time link in the log carries. */
  readonly setupToken: string;
  readonly settings: AuthSettings;
}

export interface AuthSettings {
  accessSeconds: number;
  sessionSeconds: number;
  devMode: boolean;
  clock: Clock;
}

/** Opens the signing keys and everything that stands on them. */
export async function openAuth(db: Db, secrets: SecretBox, config: ApiConfig, clock: Clock): Promise<Auth> {
  const { security } = config;
  const providers = openProviders(config, clock);
  const keys = await openSigningKeys(db, secrets);
  const tokens = createAccessTokens(keys, {
    issuer: security.issuer,
    lifetimeSeconds: security.access_token_seconds,
    clock,
  });
  const principals = createPrincipals(db, tokens, clock);
  return {
    authenticate: async (header) => principals.ofToken(bearerOf(header)),
    keys,
    tokens,
    principals,
    throttle: createLoginThrottle(clock),
    providers,
    setupToken: setupTokenOf(secrets, keys.active.kid),
    settings: {
      accessSeconds: security.access_token_seconds,
      sessionSeconds: security.session_seconds,
      devMode: security.dev_mode,
      clock,
    },
  };
}

function bearerOf(header: string | undefined): string {
  const token = /^Bearer +([\w.~+/=-]{1,4096})$/i.exec(header ?? '')?.[1];
  if (token === undefined) {
    throw new UnauthenticatedError('a login is needed: send Authorization: Bearer <access token>');
  }
  return token;
}
