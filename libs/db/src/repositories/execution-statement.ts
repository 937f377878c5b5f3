/*
 * Parts that the statements of an execution's life have in common.
 *
 * Their shape: the batch as rows, sorted by id; one update with the old state in its WHERE, which locks row
 * after row in that order (a second process waits, then sees the new state and passes over the row); the
 * history from what the update returns.
 */

/**
 * A step that happened needs no further announcement: the next one starts its own count. `announced_at` is
 * indexed, so it is written only when a sweep has moved it; otherwise the update stays within its page.
 */
export const announceAnew = `announced_at = case when e.announcements = 0 then e.announced_at else now() end,
    announcements = 0`;

export const waitingOver =
  'waiting_queue = null, waiting_for = null, waiting_detail = null, waiting_since = null';

/**
 * The content of the action's version, once per version in the answer: inline scripts may be long.
 * `shareSnapshots` gives it to the others.
 */
export function snapshotOnce(execution: string): string {
  return `case when row_number() over (partition by ${execution}.action_version order by ${execution}.id) = 1
    then (select v.content from attune.definition_version v where v.id = ${execution}.action_version)
  end as action_snapshot`;
}

export function shareSnapshots<Row extends { action_version: number; action_snapshot: object }>(
  rows: readonly Row[],
): Row[] {
  const snapshots = new Map<number, Row['action_snapshot']>();
  for (const { action_version, action_snapshot } of rows) {
    // null where the statement left it out
    snapshots.set(action_version, snapshots.get(action_version) ?? action_snapshot);
  }
  return rows.map((row) => ({
    ...row,
    action_snapshot: snapshots.get(row.action_version) ?? row.action_snapshot,
  }));
}
