import type { Db } from '../database.js';

/** Calls of every repository function with arguments that bring out all of its SQL, by file and function. */
export type Samples = Readonly<Record<string, Readonly<Record<string, (db: Db) => Promise<unknown>>>>>;

export const firstPage = { limit: 50, total: true };
export const laterPage = { limit: 50, cursor: Buffer.from('["1"]').toString('base64url') };

export const day = { created_after: new Date(0), created_before: new Date(86_400_000) };

/** Every statement of a sample is answered with this row: enough for functions to go on to the next one. */
export const sampleRow = {
  id: 1,
  ids: [],
  ref: 'core.sample',
  runtime_ref: 'core.python',
  created: new Date(0),
  at: new Date(0),
  now: new Date(0),
  epoch: 1,
  version: 1,
  entity: 1,
  content_hash: '',
  content: { ref: 'core.sample', description: 'A sample.' },
  conf_schema: { token: { secret: true } },
  config: { token: 'x' },
  grants: [],
  pack: { config: {}, conf_schema: {} },
  role: 'operator',
  stale: false,
  turn: true,
  since: new Date(),
  missing_field: null,
  hindrance: null,
  found: true,
  duplicate: false,
  event_id: null,
  action_version: 1,
  action_snapshot: { timeout_seconds: null, retry: null },
  wait: 0,
  count: 0,
  total: 0,
  page_key: ['1'],
  rule: null,
  lost_incarnation: 1,
  worker: 1,
  worker_name: 'worker',
  incarnation: 1,
  attempt: 1,
  status: 'running',
  finished_at: null,
  retry: null,
  target: 'event',
  cutoff: new Date(0),
  position: null,
  key: { id: 1 },
  root: 1,
  old: true,
  over: true,
  is_root: true,
  deleted: 1,
  imbalances: [],
  disabled_by_reason: {},
};
