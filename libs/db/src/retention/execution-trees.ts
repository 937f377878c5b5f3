import type { Db, Trx } from '../database.js';
import { toJson } from '../json.js';
import { statement } from '../statement.js';
import type { RetentionStep, RetentionTarget, RetentionWindow } from './retention-target.js';
import { lastPassed, passedRows } from './retention-target.js';
import type { TreeChoice, TreeMember } from './whole-trees.js';
import { wholeTrees } from './whole-trees.js';

interface SeenExecution {
  id: number;
  old: boolean;
  is_root: boolean;
  /** A root that was settled long enough ago. */
  over: boolean;
}

interface TreeCount {
  root: number;
  deleted: number;
}

const lookStatement = statement<SeenExecution>(
  'look_for_old_execution',
  `select r.id, r.created < $1::timestamptz as old, r.parent is null as is_root,
  r.parent is null and coalesce(r.settled_at < $1::timestamptz, false) as over
from attune.execution r
where r.id > $2::bigint
order by r.id limit $3::bigint`,
);

/* Tree by tree; within a tree the youngest first, so that whatever the limit leaves has what it stands on. */
const membersStatement = statement<TreeMember>(
  'list_old_execution_trees',
  `select m.root, m.id
from (select u.id from unnest($1::bigint[]) as u(id) order by u.id) r
cross join lateral (
  (
    select e.root, e.id from attune.execution e
    where e.root = r.id and e.parent is not null order by e.id desc limit $2::bigint
  )
  union all
  select r.id, r.id
) m
limit $2::bigint`,
);

/* A child, an inquiry, a slot takes FOR KEY SHARE on its execution: after this none can be added. */
const lockStatement = statement<{ id: number }>(
  'lock_old_executions',
  `select e.id from attune.execution e where e.id = any($1::bigint[]) order by e.id for update skip locked`,
);

const unsettled = `(e.settled_at is null or e.settled_at >= $1::timestamptz)`;

/* A child's id is above its parent's: when all ids from `lowest` on are ours, nobody else's row hangs on one of ours. */
const hindered = `(
      ${unsettled} or (e.id >= t.lowest and e.id <> all($3::bigint[]))
      or exists (select from attune.execution_log l where l.execution = e.id)
    )`;

/*
 * A statement of its own after the locks: its snapshot shows every child there is. `limit` keeps the planner from
 * joining with the whole index of trees. Attempts and history have no
 * foreign keys; logs have gone before (see retention-targets.ts), because one execution may have any number of them.
 */
const removeStatement = statement<TreeCount>(
  'remove_old_execution',
  `with tree as materialized (
  select t.root, t.lowest from jsonb_to_recordset($2::jsonb) as t(root bigint, lowest bigint)
), over as materialized (
  select t.root from tree t
  where (select e.id from attune.execution e where e.id = t.root and ${hindered} limit 1) is null
    and (
    select e.id from attune.execution e where e.root = t.root and e.parent is not null and ${hindered} limit 1
  ) is null
), removed as (
  delete from attune.execution e using over o where e.id = any($3::bigint[]) and e.root = o.root
  returning e.id, e.root
), attempts as (
  delete from attune.execution_attempt a using removed d where a.execution = d.id
), history as (
  delete from attune.execution_history h using removed d where h.execution = d.id
)
select root, count(*) as deleted from removed group by root`,
);

const countStatement = statement<TreeCount>(
  'count_old_execution',
  `select r.id as root, 1 + (
  select count(*) from attune.execution e where e.root = r.id and e.parent is not null
) as deleted
from unnest($2::bigint[]) as r(id)
where (
  select e.id from attune.execution e where e.root = r.id and e.parent is not null and ${unsettled} limit 1
) is null`,
);

/**
 * Executions go as trees, once everything in a tree was settled long enough ago, and with all that belongs to them.
 * A tree of more rows than a step may remove goes in several, from its leaves. `kept` counts trees.
 */
export const executionTrees: RetentionTarget = {
  name: 'execution',
  remove: async (trx, window) => {
    const seen = await lookFor(trx, window);
    if (seen.due.length === 0) return stepOf(seen, []);
    const members = await membersStatement.run(trx, [seen.due, window.limit]);
    const choice = wholeTrees(seen.due, members);
    const removed = await removeTrees(trx, window.cutoff, choice);
    const hasRest = choice.part && removed.length > 0;
    return stepOf(seen, removed, hasRest ? choice.trees[0]?.root : choice.next);
  },
  preview: async (db, window) => {
    const seen = await lookFor(db, window);
    if (seen.due.length === 0) return stepOf(seen, []);
    return stepOf(seen, await countStatement.run(db, [window.cutoff, seen.due]));
  },
};

interface Seen {
  /** Ids of the old roots. */
  roots: number[];
  /** Those that were settled long enough ago. */
  due: number[];
  position: number[] | null;
}

async function lookFor(db: Db, { cutoff, position, limit }: RetentionWindow): Promise<Seen> {
  const seen = await lookStatement.run(db, [cutoff, position?.[0] ?? 0, limit]);
  const passed = passedRows(seen);
  const last = lastPassed(seen, passed, limit);
  return {
    roots: passed.filter((row) => row.is_root && row.old).map(({ id }) => id),
    due: passed.filter((row) => row.over).map(({ id }) => id),
    position: last === undefined ? null : [last.id],
  };
}

async function removeTrees(trx: Trx, cutoff: Date, { trees, ids }: TreeChoice): Promise<TreeCount[]> {
  const locked = await lockStatement.run(trx, [ids]);
  return removeStatement.run(trx, [cutoff, toJson(trees), locked.map(({ id }) => id)]);
}

/** `next` is the root at which the next step starts, when it is not the one after all that was seen. */
function stepOf({ roots, position }: Seen, removed: readonly TreeCount[], next?: number): RetentionStep {
  const passed = next === undefined ? roots : roots.filter((id) => id < next);
  const gone = new Set(removed.map(({ root }) => root));
  return {
    deleted: removed.reduce((sum, { deleted }) => sum + deleted, 0),
    kept: passed.filter((id) => !gone.has(id)).length,
    position: next === undefined ? position : [next - 1],
  };
}
