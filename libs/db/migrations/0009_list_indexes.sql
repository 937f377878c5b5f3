-- Lists of large tables are answered by indexes, whatever the filter (src/explain.int.test.ts).
--
-- On the hot tables only columns that never change after the insert are indexed, so that an execution's steps
-- stay within their page. `failure` is no exception: NULL until an execution ends otherwise than completed, so
-- that only those few write an index entry for it.

alter table attune.execution add column failure attune.execution_status_enum
  generated always as (case when status in ('failed', 'cancelled', 'timeout', 'abandoned') then status end) stored;
create index execution_failure_idx on attune.execution (failure, id) where failure is not null;
create index execution_executor_idx on attune.execution (executor, id) where executor is not null;

create index event_source_ref_idx on attune.event (source_ref, id) where source_ref is not null;
create index event_rule_ref_idx on attune.event (rule_ref, id) where rule_ref is not null;

create index enforcement_trigger_ref_idx on attune.enforcement (trigger_ref, id);
create index enforcement_created_status_idx on attune.enforcement (id) where status = 'created';
create index enforcement_disabled_idx on attune.enforcement (id) where status = 'disabled';

-- Which ref an id had: history of definitions that are gone is still found by id.
create index definition_version_entity_idx on attune.definition_version (entity_type, entity);

-- Listed by name: bytewise, as refs are, so that the order is the same on every server.
alter table attune.worker alter column name type text collate "C";
