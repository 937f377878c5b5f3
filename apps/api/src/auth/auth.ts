import { openAuthenticator } from '@attune/access';
import type { Authenticator } from '@attune/access';
import type { Db, SecretBox } from '@attune/db';
import type { Clock } from '@attune/service';
import type { ApiConfig } from '../config.js';
import { openProviders } from './providers/open-providers.js';
import type { Providers } from './providers/open-providers.js';
import { setupTokenOf } from './setup-token.js';
import { openSigningKeys } from './signing-keys.js';
import type { SigningKeys } from './signing-keys.js';
import { createTokenSigner } from './token-signer.js';
import type { TokenSigner } from './token-signer.js';

export interface Auth extends Authenticator {
  readonly keys: SigningKeys;
  readonly signer: TokenSigner;
  readonly providers: Providers;
  /** What the one-time link in the log carries. */
  readonly setupToken: string;
  readonly settings: AuthSettings;
}

export interface AuthSettings {
  accessSeconds: number;
  sessionSeconds: number;
  devMode: boolean;
  /** Whether people log in with passwords that are kept here. */
  localPassword: boolean;
  selfRegistration: boolean;
  /** Age at which a signing key is retired; 0: never. */
  signingKeyDays: number;
  clock: Clock;
}

/** Opens the signing keys and everything that stands on them. */
export async function openAuth(db: Db, secrets: SecretBox, config: ApiConfig, clock: Clock): Promise<Auth> {
  const { security } = config;
  const providers = openProviders(config, clock);
  const keys = await openSigningKeys(db, secrets);
  const { issuer } = security;
  const authenticator = openAuthenticator({ db, issuer, clock });
  return {
    ...authenticator,
    forget: () => {
      authenticator.forget();
      keys.forget();
    },
    keys,
    signer: createTokenSigner(keys, { issuer, clock }),
    providers,
    setupToken: setupTokenOf(secrets, (await keys.active()).kid),
    settings: {
      accessSeconds: security.access_token_seconds,
      sessionSeconds: security.session_seconds,
      devMode: security.dev_mode,
      localPassword: security.local_password,
      selfRegistration: security.allow_self_registration,
      signingKeyDays: security.signing_key_days,
      clock,
    },
  };
}
