import { ConflictError } from '@attune/domain';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { toJson } from '../json.js';
import type { IdentityRow } from '../schema/index.js';
import { statement } from '../statement.js';

/** Names an account of an OpenID provider: another client of the same issuer is another account. */
export interface OidcSubject {
  issuer: string;
  sub: string;
  client_id: string;
}

export interface OidcIdentity {
  subject: OidcSubject;
  /** Wanted for a first login. */
  login: string;
  /** Taken when another identity has that login. */
  fallback_login: string;
  /** Left out: the present one stays. */
  display_name?: string | undefined;
  /** email, groups …: these replace those of the same name, others stay. */
  attributes?: Record<string, unknown> | undefined;
}

/*
 * `on conflict do nothing` without a target yields to every unique index: to the same subject, whose first login
 * another process records at this moment, and to the login that is taken. Neither is an error here.
 */
const ensureStatement = statement<IdentityRow>(
  'ensure_oidc_identity',
  `with known as (
  update attune.identity i set
    display_name = coalesce($6, i.display_name),
    attributes = i.attributes || $7::jsonb,
    updated = case when (i.display_name, i.attributes)
      is distinct from (coalesce($6, i.display_name), i.attributes || $7::jsonb) then now() else i.updated end
  where i.attributes ? 'oidc' and i.attributes -> 'oidc' ->> 'issuer' = $1
    and i.attributes -> 'oidc' ->> 'sub' = $2 and i.attributes -> 'oidc' ->> 'client_id' = $3
  returning *
), wanted as (
  insert into attune.identity (login, display_name, attributes)
  select $4, $6, $7::jsonb where not exists (select from known)
  on conflict do nothing
  returning *
), fallback as (
  insert into attune.identity (login, display_name, attributes)
  select $5, $6, $7::jsonb where not exists (select from known) and not exists (select from wanted)
  on conflict do nothing
  returning *
)
select * from known union all select * from wanted union all select * from fallback`,
);

/** An entry of a directory server, by its exact name there. */
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
    .where(sql`attributes -> 'ldap' ->> 'dn'`, '=', dn)
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
export async function ensureOidcIdentity(db: Db, identity: OidcIdentity): Promise<IdentityRow> {
  const { subject, login, fallback_login, display_name = null, attributes } = identity;
  const { issuer, sub, client_id } = subject;
  const known = toJson({ ...attributes, oidc: { issuer, sub, client_id } });
  const parameters = [issuer, sub, client_id, login, fallback_login, display_name, known];
  // Nothing at first: another process has made it, which the second look sees, or both logins are taken.
  const rows = await ensureStatement.run(db, parameters);
  const [row] = rows.length > 0 ? rows : await ensureStatement.run(db, parameters);
  if (row === undefined) throw new ConflictError('identity', 'login', login);
  return row;
}
