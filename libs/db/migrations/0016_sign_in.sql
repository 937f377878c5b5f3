-- Sign-ins at an identity provider: what came back is used once, on whichever replica it arrives.

create table attune.sign_in (
  -- Hashes are sha256, hex: what is stored lets nobody in.
  state_hash text primary key,
  created timestamptz not null default now(),
  identity bigint references attune.identity on delete cascade,
  code_hash text,
  code_challenge text,
  code_expires_at timestamptz,
  redeemed_at timestamptz,
  constraint sign_in_code_hash_key unique (code_hash),
  constraint sign_in_code_hash_state check (
    (code_hash is null) = (identity is null) and (code_hash is null) = (code_challenge is null)
      and (code_hash is null) = (code_expires_at is null)
  ),
  constraint sign_in_redeemed_at_state check (redeemed_at is null or code_hash is not null)
);
create index sign_in_created_idx on attune.sign_in (created, state_hash);
create index sign_in_identity_idx on attune.sign_in (identity) where identity is not null;

insert into attune.retention (target, max_age_seconds) values ('sign_in', extract(epoch from interval '1 day'));
