import type { LdapIdentity } from '@attune/db';
import { distinguishedNameKey } from '@attune/domain';
import type { Entry } from 'ldapts';
import { fallbackLogin, usableLogin } from './account-login.js';
import { mappedRoles } from './mapped-roles.js';
import type { LdapConfig } from './providers.config.js';

export interface DirectoryAccount {
  readonly identity: LdapIdentity;
  /** What its groups give by configuration. */
  readonly roles: readonly string[];
}

/** What the directory says about somebody who signed in as `typed`. Its distinguished name tells who it is. */
export function readEntry(entry: Entry, typed: string, settings: LdapConfig): DirectoryAccount {
  const { directory, url, login_attr, email_attr, display_name_attr, group_attr, role_mapping } = settings;
  const server_url = directory ?? url;
  const read = (name: string) => valuesOf(entry, name);
  const groups = read(group_attr);
  const fallback_login = fallbackLogin('ldap', [server_url, distinguishedNameKey(entry.dn)]);
  return {
    roles: mappedRoles(groups, role_mapping, distinguishedNameKey),
    identity: {
      entry: { server_url, dn: entry.dn },
      login: usableLogin([read(login_attr)[0], typed]) ?? fallback_login,
      fallback_login,
      display_name: read(display_name_attr)[0]?.slice(0, 255),
      attributes: { email: read(email_attr)[0] ?? null, groups },
    },
  };
}

/** Servers answer names of attributes in the spelling of their schema; one that is missing is added as an empty list. */
function valuesOf(entry: Entry, name: string): string[] {
  const found = Object.entries(entry).filter(([key]) => key.toLowerCase() === name.toLowerCase());
  return found
    .flatMap(([, value]) => value)
    .map(String)
    .filter(Boolean);
}
