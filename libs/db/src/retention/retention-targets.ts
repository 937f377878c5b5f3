import { agedRows } from './aged-rows.js';
import { executionTrees } from './execution-trees.js';
import type { RetentionTarget } from './retention-target.js';

const id = { id: 'bigint' } as const;
const flowKey = { rule: 'bigint', kind: 'text', key: 'text' } as const;
const eventKey = { kind: 'text', owner: 'bigint', key: 'text' } as const;

/** Rows that are nothing but a record of the past. */
const record = (name: string) => agedRows({ name, key: id, age: 'r.created' });

const ofExecution = (value: string) =>
  `coalesce((select ${value} from attune.execution e where e.id = r.execution), r.at)`;

/** Everything that is not kept for ever; the rows of table `retention` say how long. */
export const retentionTargets: readonly RetentionTarget[] = [
  // From the end of its execution, so that a log is there as a whole or not at all. A chunk that came after its
  // execution was removed goes by its own age.
  agedRows({
    name: 'execution_log',
    key: { execution: 'bigint', attempt: 'integer', sequence: 'integer' },
    age: ofExecution('e.created'),
    over: `${ofExecution(`coalesce(e.settled_at, 'infinity')`)} < $1::timestamptz`,
    noLongerThan: 'execution',
  }),
  executionTrees,
  // Not from `created`: its execution is as old as its outcome.
  agedRows({ name: 'enforcement', key: id, age: 'r.created', over: 'r.resolved_at < $1::timestamptz' }),
  // An enforcement that waits for its decision is decided by what the event says.
  agedRows({
    name: 'event',
    key: id,
    age: 'r.created',
    over: `r.evaluated_at is not null
    and (select f.id from attune.enforcement f where f.event = r.id and f.resolved_at is null limit 1) is null`,
  }),
  // They outlive idempotent_request: a repeated request finds by them what its first try has done.
  agedRows({
    name: 'event_key',
    key: eventKey,
    order: { created: 'timestamptz', ...eventKey },
    among: 'r.expires_at is null',
    age: 'r.created',
  }),
  agedRows({
    name: 'expired_event_key',
    table: 'event_key',
    key: eventKey,
    order: { expires_at: 'timestamptz', ...eventKey },
    among: 'r.expires_at is not null',
    age: 'r.expires_at',
  }),
  agedRows({
    name: 'rule_flow',
    key: flowKey,
    order: { expires_at: 'timestamptz', ...flowKey },
    age: 'r.expires_at',
  }),
  // Begun anew after a crash: someone is at it.
  agedRows({
    name: 'idempotent_request',
    key: { owner: 'bigint', key: 'text' },
    order: { created: 'timestamptz', owner: 'bigint', key: 'text' },
    age: 'r.created',
    over: 'r.begun_at < $1::timestamptz',
  }),
  record('webhook_delivery'),
  record('notification'),
  record('audit_event'),
  record('ledger_check'),
  record('pack_test_run'),
  // A session in use is renewed: `expires_at` moves.
  agedRows({
    name: 'session',
    key: { id: 'uuid' },
    order: { created: 'timestamptz', id: 'uuid' },
    age: 'r.created',
    over: 'least(r.ended_at, r.expires_at) < $1::timestamptz',
  }),
  agedRows({
    name: 'sign_in',
    key: { state_hash: 'text' },
    order: { created: 'timestamptz', state_hash: 'text' },
    age: 'r.created',
  }),
  // A login that is tried again and again keeps its failures, and one that is locked its lock.
  agedRows({
    name: 'login_attempt',
    key: { login_hash: 'text' },
    order: { created: 'timestamptz', login_hash: 'text' },
    age: 'r.created',
    over: 'greatest(r.attempted_at, r.locked_until) < $1::timestamptz',
  }),
  agedRows({ name: 'signing_key', key: { kid: 'text' }, age: null, over: 'r.expires_at < $1::timestamptz' }),
  // As for deleteWorker: what it held has been taken over, which happens after the end of its lease and is the end of
  // its incarnation.
  agedRows({
    name: 'worker',
    key: id,
    age: 'r.created',
    over: `r.recovered_incarnation = r.incarnation and not r.cordoned
    and coalesce(r.last_heartbeat, r.created) < $1::timestamptz`,
  }),
];
