import { ConflictError, distinguishedNameKey } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { IdentityRow } from '../schema/index.js';
import { statement } from '../statement.js';
import type { Statement } from '../statement.js';

/** Names an account of an OpenID provider: another client of the same issuer is another account. */
export interface OidcSubject {
  issuer: string;
  sub: string;
  client_id: string;
}

/** Names an entry of a directory server. */
export interface LdapEntry {
  server_url: string;
  /** In any spelling: names that are the same to a directory are the same here. */
  dn: string;
}

/** What a provider says of an account. */
export interface ExternalProfile {
  /** Wanted for a first login. */
  login: string;
  /** Taken when another identity has that login. */
  fallback_login: string;
  /** Left out: the present one stays. */
  display_name?: string | undefined;
  /** email, groups …: these replace those of the same name, others stay. */
  attributes?: Record<string, unknown> | undefined;
}

export interface OidcIdentity extends ExternalProfile {
  subject: OidcSubject;
}

export interface LdapIdentity extends ExternalProfile {
  entry: LdapEntry;
}

const oidc = accountsOf('oidc', ['issuer', 'sub', 'client_id']);
const ldap = accountsOf('ldap', ['server_url', 'dn']);

/** An entry of a directory server, by its name there. */
export async function findIdentityByLdapDn(
  db: Db,
  server_url: string,
  dn: string,
): Promise<IdentityRow | undefined> {
  return db
    .selectFrom('identity')
    .selectAll()
    .where(sql<boolean>`attributes ? 'ldap'`)
    .where(sql`attributes -> 'ldap' ->> 'server_url'`, '=', server_url)
    .where(sql`attributes -> 'ldap' ->> 'dn'`, '=', distinguishedNameKey(dn))
    .executeTakeFirst();
}

/** All three parts must be equal. */
export async function findIdentityByOidcSubject(
  db: Db,
  { issuer, sub, client_id }: OidcSubject,
): Promise<IdentityRow | undefined> {
  return db
    .selectFrom('identity')
    .selectAll()
    .where(sql<boolean>`attributes ? 'oidc'`)
    .where(sql`attributes -> 'oidc' ->> 'issuer'`, '=', issuer)
    .where(sql`attributes -> 'oidc' ->> 'sub'`, '=', sub)
    .where(sql`attributes -> 'oidc' ->> 'client_id'`, '=', client_id)
    .executeTakeFirst();
}

/**
 * The identity of the account, made at its first login; any number of first logins at once give one. Also frozen
 * ones: the caller judges. ConflictError when both logins belong to others.
 */
export async function ensureOidcIdentity(
  db: Db,
  { subject, ...profile }: OidcIdentity,
): Promise<IdentityRow> {
  const { issuer, sub, client_id } = subject;
  return ensureIdentity(db, oidc, { profile, account: { issuer, sub, client_id } });
}

/** The same for an entry of a directory. */
export async function ensureLdapIdentity(
  db: Db,
  { entry: { server_url, dn }, ...profile }: LdapIdentity,
): Promise<IdentityRow> {
  const account = { server_url, dn: distinguishedNameKey(dn), distinguished_name: dn };
  return ensureIdentity(db, ldap, { profile, account });
}

interface Accounts {
  /** The attribute that names an account of this kind. */
  attribute: string;
  /** What tells two of them apart; the unique index is over these. */
  key: readonly string[];
  ensure: Statement<IdentityRow>;
}

/*
 * `on conflict do nothing` without a target yields to every unique index: to the same account, whose first login
 * another process records at this moment, and to the login that is taken. Neither is an error here.
 */
function accountsOf(attribute: string, key: readonly string[]): Accounts {
  const parts = key.map((part, index) => `i.attributes -> '${attribute}' ->> '${part}' = $${index + 5}`);
  const ensure = statement<IdentityRow>(
    `ensure_${attribute}_identity`,
    `with known as (
  update attune.identity i set
    display_name = coalesce($3, i.display_name),
    attributes = i.attributes || $4::jsonb,
    updated = case when (i.display_name, i.attributes)
      is distinct from (coalesce($3, i.display_name), i.attributes || $4::jsonb) then now() else i.updated end
  where i.attributes ? '${attribute}'
    and ${parts.join('\n    and ')}
  returning *
), wanted as (
  insert into attune.identity (login, display_name, attributes)
  select $1, $3, $4::jsonb where not exists (select from known)
  on conflict do nothing
  returning *
), fallback as (
  insert into attune.identity (login, display_name, attributes)
  select $2, $3, $4::jsonb where not exists (select from known) and not exists (select from wanted)
  on conflict do nothing
  returning *
)
select * from known union all select * from wanted union all select * from fallback`,
  );
  return { attribute, key, ensure };
}

async function ensureIdentity(
  db: Db,
  { attribute, key, ensure }: Accounts,
  { profile, account }: { profile: ExternalProfile; account: Record<string, string> },
): Promise<IdentityRow> {
  const { login, fallback_login, display_name = null, attributes } = profile;
  const known = toJson({ ...attributes, [attribute]: account });
  const parameters = [login, fallback_login, display_name, known, ...key.map((part) => account[part])];
  // Nothing at first: another process has made it, which the second look sees, or both logins are taken.
  const rows = await ensure.run(db, parameters);
  const [row] = rows.length > 0 ? rows : await ensure.run(db, parameters);
  if (row === undefined) throw new ConflictError('identity', 'login', login);
  return row;
}
