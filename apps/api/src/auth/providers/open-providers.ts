import type { Clock } from '@attune/service';
import type { ApiConfig } from '../../config.js';
import { openDirectory } from './directory.js';
import type { Directory } from './directory.js';
import { openOidcProvider } from './oidc-provider.js';
import type { OidcProvider } from './oidc-provider.js';
import { providersOf } from './providers-of.js';

/** Where people sign in besides their password here. */
export interface Providers {
  readonly oidc: OidcProvider | undefined;
  readonly ldap: Directory | undefined;
  /** The part of `/auth/settings` about them. */
  readonly shown: ReturnType<typeof providersOf>;
  /** Who may receive one-time codes, besides loopback ports. */
  readonly redirectUris: readonly string[];
}

/** Throws ConfigError; nothing is connected before the first sign-in. */
export function openProviders({ api, auth }: ApiConfig, clock: Clock): Providers {
  const { oidc, ldap, redirect_uris } = auth;
  return {
    oidc: oidc && openOidcProvider(oidc, { publicUrl: api.public_url, clock }),
    ldap: ldap && openDirectory(ldap),
    shown: providersOf(auth),
    redirectUris: redirect_uris.map((uri) => new URL(uri).href),
  };
}
