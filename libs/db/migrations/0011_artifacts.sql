-- Artifacts: each filter of their list has an index in the order of the list, and retention finds what is due
-- without looking at the rest. Size and progress change no indexed column: room is left in the page for them (HOT).

alter table attune.artifact
  -- When retention has to look at it next; null = it has nothing to remove.
  add column retention_due_at timestamptz,
  -- Longer ones would not fit into the indexes.
  add constraint artifact_owner_format
    check (length(owner) <= 255 and owner !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'),
  -- [[:cntrl:]] of collation "C" knows those of ASCII only.
  drop constraint artifact_ref_format,
  add constraint artifact_ref_format
    check (length(ref) between 1 and 1024 and ref !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'),
  set (fillfactor = 80);

update attune.artifact set retention_due_at = now() where last_version > 0 and retention_limit > 0;

drop index attune.artifact_ref_idx, attune.artifact_owner_idx, attune.artifact_type_idx, attune.artifact_created_idx;
create index artifact_created_idx on attune.artifact (created, id);
-- A whole ref may be too long for an index.
create index artifact_ref_idx on attune.artifact (left(ref, 255), created, id);
create index artifact_scope_idx on attune.artifact (scope, created, id);
create index artifact_owner_idx on attune.artifact (owner, created, id);
create index artifact_scope_owner_idx on attune.artifact (scope, owner, created, id);
create index artifact_type_idx on attune.artifact (type, created, id);
create index artifact_visibility_idx on attune.artifact (visibility, created, id);
create index artifact_retention_policy_idx on attune.artifact (retention_policy, created, id);
create index artifact_retention_due_at_idx on attune.artifact (retention_due_at) where retention_due_at is not null;

-- Parts of words in any case. The extension comes with PostgreSQL, and the owner of a database may create it; where it
-- exists already it stays in the schema it is in.
create extension if not exists pg_trgm with schema attune;
do $$
begin
  execute format($index$
    create index artifact_search_idx on attune.artifact
      using gin ((ref || ' ' || coalesce(name, '') || ' ' || coalesce(description, '')) %s.gin_trgm_ops)
  $index$, (select extnamespace::regnamespace from pg_extension where extname = 'pg_trgm'));
end $$;

drop index attune.artifact_version_execution_idx;
create index artifact_version_execution_idx on attune.artifact_version (execution, created, id)
  where execution is not null;
create index artifact_version_artifact_created_idx on attune.artifact_version (artifact, created);
