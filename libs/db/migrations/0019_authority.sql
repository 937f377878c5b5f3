-- Sets that people make are theirs to change; those of packs follow the files of the pack.
alter table attune.permission_set add column is_adhoc boolean not null default false;

-- A rule runs with the permissions of its owner. When that has gone the rule keeps saying whose it was: a rule of
-- nobody is one of the system's, which may do more.
alter table attune.rule drop constraint rule_owner_identity_fkey;

-- Caches of rules hold what the owners of the rules may do, and are right while the epoch stays the same. Here and
-- not where it is changed: much of it goes by cascade, or comes with a login.
create function attune.grow_definition_epoch() returns trigger language plpgsql as $$
begin
  update attune.definition_epoch set epoch = epoch + 1;
  return null;
end
$$;

create trigger identity_authority_changed after update on attune.identity
  for each row when (old.frozen is distinct from new.frozen or old.attributes is distinct from new.attributes)
  execute function attune.grow_definition_epoch();
create trigger identity_authority_gone after delete on attune.identity
  for each row execute function attune.grow_definition_epoch();
create trigger identity_role_authority_changed after insert or delete on attune.identity_role
  for each row execute function attune.grow_definition_epoch();
create trigger permission_assignment_authority_changed after insert or delete on attune.permission_assignment
  for each row execute function attune.grow_definition_epoch();
create trigger permission_set_role_authority_changed after insert or delete on attune.permission_set_role
  for each row execute function attune.grow_definition_epoch();
