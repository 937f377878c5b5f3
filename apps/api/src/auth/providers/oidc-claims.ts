import type { OidcIdentity } from '@attune/db';
import { fallbackLogin, usableLogin } from './account-login.js';
import { mappedRoles } from './mapped-roles.js';
import type { OidcConfig } from './providers.config.js';

export interface OidcAccount {
  readonly identity: OidcIdentity;
  /** What its groups give by configuration. */
  readonly roles: readonly string[];
}

export type ClaimSettings = Pick<OidcConfig, 'issuer' | 'client_id' | 'groups_claim' | 'role_mapping'>;
type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/**
 * What the provider says about an account. Only issuer, subject and client tell which one it is. An address is a
 * login only when the provider has verified it, and so is a name that looks like one.
 */
export function readClaims(
  claims: Claims,
  { issuer, client_id, groups_claim, role_mapping }: ClaimSettings,
): OidcAccount {
  const subject = { issuer, sub: claims.sub, client_id };
  const fallback_login = fallbackLogin('oidc', [issuer, claims.sub, client_id]);
  const email = claims['email_verified'] === true ? textOf(claims['email']) : undefined;
  const name = textOf(claims['preferred_username']);
  const login = usableLogin([email, name?.includes('@') ? undefined : name]);
  const groups = listOf(claims[groups_claim]);
  return {
    roles: mappedRoles(groups, role_mapping),
    identity: {
      subject,
      login: login ?? fallback_login,
      fallback_login,
      display_name: textOf(claims['name'])?.slice(0, 255),
      attributes: { email: email ?? null, groups },
    },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Some providers send a single group as text. */
function listOf(value: unknown): string[] {
  return [value].flat().filter((each) => typeof each === 'string');
}
