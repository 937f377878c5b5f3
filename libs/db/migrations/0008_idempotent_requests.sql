-- Requests with an Idempotency-Key and their answers, for a day.

create table attune.idempotent_request (
  owner bigint not null references attune.identity (id) on delete cascade,
  key text collate "C" not null,
  request_hash text not null,
  created timestamptz not null default now(),
  begun_at timestamptz not null default now(),
  answered_at timestamptz,
  answer jsonb,
  constraint idempotent_request_pkey primary key (owner, key),
  constraint idempotent_request_key_length check (length(key) between 1 and 255)
);
create index idempotent_request_created_idx on attune.idempotent_request (created);
