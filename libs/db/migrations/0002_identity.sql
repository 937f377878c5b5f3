-- Who may do what. Refs are compared and sorted bytewise (collation "C"): they are ASCII by their CHECKs,
-- and prefix filters can use the indexes.

create table attune.identity (
  id bigint generated always as identity primary key,
  login text not null,
  display_name text,
  password_hash text,
  attributes jsonb not null default '{}',
  frozen boolean not null default false,
  failed_logins integer not null default 0,
  locked_until timestamptz,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint identity_login_key unique (login),
  constraint identity_login_format check (login <> '' and length(login) <= 255),
  constraint identity_failed_logins_not_negative check (failed_logins >= 0)
);

-- Issuer, subject and client together name an external account; another client of the same issuer is another account.
create unique index identity_oidc_key on attune.identity
  ((attributes -> 'oidc' ->> 'issuer'), (attributes -> 'oidc' ->> 'sub'), (attributes -> 'oidc' ->> 'client_id'))
  where attributes ? 'oidc';

create table attune.identity_role (
  id bigint generated always as identity primary key,
  identity bigint not null references attune.identity on delete cascade,
  role text not null,
  source text not null default 'manual',
  managed boolean not null default false,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  -- One row per source: what a provider manages never takes over what a person assigned.
  constraint identity_role_identity_role_source_key unique (identity, role, source),
  constraint identity_role_role_format check (role <> '' and length(role) <= 255)
);

create table attune.session (
  id uuid primary key default gen_random_uuid(),
  identity bigint not null references attune.identity on delete cascade,
  refresh_hash text not null,
  previous_refresh_hash text,
  rotated_at timestamptz,
  created timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  user_agent text,
  ip text,
  constraint session_refresh_hash_key unique (refresh_hash),
  constraint session_end_reason_state check ((ended_at is null) = (end_reason is null))
);
create index session_identity_idx on attune.session (identity);
create index session_previous_refresh_hash_idx on attune.session (previous_refresh_hash)
  where previous_refresh_hash is not null;

create table attune.api_token (
  id bigint generated always as identity primary key,
  identity bigint not null references attune.identity on delete cascade,
  label text not null,
  description text,
  token_hash text not null,
  token_prefix text not null,
  token_suffix text not null,
  scope jsonb,
  created_by bigint references attune.identity on delete set null,
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_ip text,
  revoked_at timestamptz,
  revoked_by bigint references attune.identity on delete set null,
  revocation_reason text,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint api_token_token_hash_key unique (token_hash),
  constraint api_token_label_format check (btrim(label) <> ''),
  constraint api_token_revoked_at_state
    check (revoked_at is not null or (revoked_by is null and revocation_reason is null))
);
create index api_token_identity_idx on attune.api_token (identity);

create table attune.signing_key (
  kid text primary key,
  algorithm text not null,
  public_jwk jsonb not null,
  private_sealed jsonb not null,
  created timestamptz not null default now(),
  retired_at timestamptz,
  expires_at timestamptz,
  constraint signing_key_public_jwk_private check (not public_jwk ? 'd'),
  constraint signing_key_expires_at_state check (expires_at is null or retired_at is not null)
);
