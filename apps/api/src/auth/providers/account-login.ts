import { createHash } from 'node:crypto';

/** No control characters and no spaces; no `:`, which marks logins that Attune makes itself. */
const usable = /^[^\p{C}\p{Z}:]{1,255}$/u;

/** The first of the logins that an account would like to have and that can be one. */
export function usableLogin(wanted: readonly (string | undefined)[]): string | undefined {
  return wanted.find((login) => login !== undefined && usable.test(login));
}

/** Taken when the wanted login is unusable or somebody else's; always the same for an account. */
export function fallbackLogin(provider: 'oidc' | 'ldap', account: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(account)).digest('hex');
  return `${provider}:${digest.slice(0, 24)}`;
}
