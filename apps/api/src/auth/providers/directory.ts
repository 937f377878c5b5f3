import { escapeDnValue } from '@attune/domain';
import { openSocket, openTlsSocket, secureSocket } from '@attune/outgoing';
import { ConfigError } from '@attune/service';
import {
  Client,
  escapeFilter,
  InvalidCredentialsError,
  InvalidDNSyntaxError,
  NoSuchObjectError,
  SizeLimitExceededError,
} from 'ldapts';
import type { ClientOptions, Entry } from 'ldapts';
import { readEntry } from './directory-entry.js';
import type { DirectoryAccount } from './directory-entry.js';
import { outgoingOf } from './outgoing.js';
import type { Outgoing } from './outgoing.js';
import { ProviderUnavailableError } from './provider-error.js';
import type { LdapConfig } from './providers.config.js';

/** What a server answers when somebody is not there, or gave another password. */
const refusals = [InvalidCredentialsError, InvalidDNSyntaxError, NoSuchObjectError];

export interface Directory {
  /** The account with this password, or undefined; throws ProviderUnavailableError. */
  authenticate(login: string, password: string): Promise<DirectoryAccount | undefined>;
}

/** Throws ConfigError; a connection is made for each sign-in. */
export function openDirectory(settings: LdapConfig): Directory {
  refusePlaintext(settings);
  const outgoing = outgoingOf('auth.ldap', settings);
  return {
    authenticate: async (login, password) => {
      // A bind without a password succeeds for everybody (RFC 4513, section 5.1.2), and some servers stop at NUL.
      if (password === '' || /\0/.test(password + login)) return undefined;
      const client = new Client(clientOptions(settings, outgoing));
      try {
        if (settings.starttls) await client.startTLS();
        const entry = await entryOf(client, settings, { login, password });
        return entry && readEntry(entry, login, settings);
      } catch (error) {
        throw new ProviderUnavailableError(
          'the directory cannot be asked; the log of the API says why',
          error,
        );
      } finally {
        await client.unbind().catch(() => {});
      }
    },
  };
}

function refusePlaintext({ url, starttls, allow_plaintext }: LdapConfig): void {
  if (url.startsWith('ldaps:') && !starttls) return;
  if (url.startsWith('ldap:') && (starttls || allow_plaintext)) return;
  const message = url.startsWith('ldap:')
    ? 'passwords would travel in the clear: use ldaps://, or set auth.ldap.starttls'
    : 'ldaps:// is secured from the start: unset auth.ldap.starttls';
  throw new ConfigError([{ key: 'auth.ldap.url', message }]);
}

function clientOptions({ url, timeout_ms }: LdapConfig, { guard, ca }: Outgoing): ClientOptions {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return {
    url,
    timeout: timeout_ms,
    connectTimeout: timeout_ms,
    createConnection: ((port: number) => openSocket({ host, port }, guard)) as NonNullable<
      ClientOptions['createConnection']
    >,
    // Called with a port for ldaps://, and with an open connection for STARTTLS.
    createSecureConnection: ((to: number | { socket: Parameters<typeof secureSocket>[0] }) =>
      typeof to === 'number'
        ? openTlsSocket({ host, port: to }, { guard, ca })
        : secureSocket(to.socket, { host, ca })) as NonNullable<ClientOptions['createSecureConnection']>,
  };
}

interface Credentials {
  readonly login: string;
  readonly password: string;
}

function entryOf(client: Client, settings: LdapConfig, credentials: Credentials): Promise<Entry | undefined> {
  const { bind_dn_template: template, user_search_base: base } = settings;
  if (template !== undefined) return boundDirectly(client, settings, { template, ...credentials });
  return foundAndBound(client, settings, { base: base ?? '', ...credentials });
}

async function boundDirectly(
  client: Client,
  settings: LdapConfig,
  { template, login, password }: Credentials & { template: string },
): Promise<Entry | undefined> {
  const dn = template.replaceAll('{login}', () => escapeDnValue(login));
  if (!(await accepts(client, dn, password))) return undefined;
  return onlyEntry(client, dn, { scope: 'base', attributes: attributesOf(settings) });
}

/** Exactly one entry must match. A login that nobody has costs a bind too, so that it is not told apart by time. */
async function foundAndBound(
  client: Client,
  settings: LdapConfig,
  { base, login, password }: Credentials & { base: string },
): Promise<Entry | undefined> {
  const { search_bind_dn, search_bind_password, user_filter } = settings;
  if (search_bind_dn !== undefined) await client.bind(search_bind_dn, search_bind_password);
  const filter = user_filter.replaceAll('{login}', () => escapeFilter`${login}`);
  const entry = await onlyEntry(client, base, { scope: 'sub', filter, attributes: attributesOf(settings) });
  const isRight = await accepts(client, entry?.dn ?? `cn=nobody,${base}`, password);
  return isRight ? entry : undefined;
}

async function accepts(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return false;
    throw error;
  }
}

async function onlyEntry(
  client: Client,
  base: string,
  options: NonNullable<Parameters<Client['search']>[1]>,
): Promise<Entry | undefined> {
  try {
    const { searchEntries } = await client.search(base, { ...options, sizeLimit: 2 });
    return searchEntries.length === 1 ? searchEntries[0] : undefined;
  } catch (error) {
    if (error instanceof SizeLimitExceededError) return undefined;
    throw error;
  }
}

function attributesOf({ login_attr, email_attr, display_name_attr, group_attr }: LdapConfig): string[] {
  return [login_attr, email_attr, display_name_attr, group_attr];
}
