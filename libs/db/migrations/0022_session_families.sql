-- Every refresh token of a session begins with its first one, which is good for nothing any more once it is used:
-- whoever shows any of them but the latest uses one a second time.

alter table attune.session add column family_hash text;
-- The latest token of each session begins a family.
update attune.session set family_hash = refresh_hash;
alter table attune.session
  alter column family_hash set not null,
  add constraint session_family_hash_key unique (family_hash),
  drop constraint session_refresh_hash_key,
  drop column previous_refresh_hash;
