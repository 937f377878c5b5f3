import type { ProvidersConfig } from './providers.config.js';

type Shown = NonNullable<ProvidersConfig['oidc' | 'ldap']>;

/** The part of `/auth/settings` that says where people may sign in; holds nothing that is secret. */
export function providersOf({ oidc, ldap }: ProvidersConfig) {
  return { ...settingsOf('oidc', oidc), ...settingsOf('ldap', ldap) };
}

function settingsOf<P extends 'oidc' | 'ldap'>(provider: P, shown: Shown | undefined) {
  const settings = {
    enabled: shown !== undefined,
    visible_by_default: shown?.visible_by_default ?? false,
    provider_name: shown?.provider_name ?? null,
    provider_label: shown?.provider_label ?? null,
    provider_icon_url: shown?.provider_icon_url ?? null,
  };
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`${provider}_${name}`, value]),
  ) as { [N in keyof typeof settings as `${P}_${N}`]: (typeof settings)[N] };
}
