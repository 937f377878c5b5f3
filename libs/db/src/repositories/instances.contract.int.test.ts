import { randomBytes } from 'node:crypto';
import type { Db } from '../database.js';
import { createSecretBox } from '../secrets/secret-box.js';
import { describeRepository, differing } from '../testing/describe-repository.js';
import type { EnforcementSample, ExecutionSample, InquirySample } from '../testing/index.js';
import {
  makeArtifact,
  makeEnforcement,
  makeEvent,
  makeExecution,
  makeIdentity,
  makeInquiry,
  makePack,
  makeRule,
  makeRuntime,
  makeSensor,
  makeWorker,
  useTestDatabase,
} from '../testing/index.js';
import { insertArtifactVersion } from './artifact-version.repository.js';
import type { NewArtifact } from './artifact.repository.js';
import * as artifact from './artifact.repository.js';
import * as enforcement from './enforcement.repository.js';
import type { NewEvent } from './event.repository.js';
import * as event from './event.repository.js';
import { requestCancel } from './execution-cancel.repository.js';
import { insertExecutions } from './execution-request.repository.js';
import { settleExecutions } from './execution-settlement.repository.js';
import * as execution from './execution.repository.js';
import { addRole } from './identity-role.repository.js';
import type { NewIdentity } from './identity.repository.js';
import * as identity from './identity.repository.js';
import * as inquiry from './inquiry.repository.js';
import type { KeyPatch, NewKey } from './key.repository.js';
import * as key from './key.repository.js';
import { takeLostExecutions } from './lost-execution.repository.js';
import * as notification from './notification.repository.js';
import type { NewWorker } from './worker.repository.js';
import * as worker from './worker.repository.js';

const database = useTestDatabase();
const text = '日本語 "quoted" \\ %_* \n';
const longAgo = new Date('2001-01-01T00:00:00Z');

const makeEvents = (db: Db, values: Partial<NewEvent> = {}) => makeEvent(db, values);

/** Evaluated: its rule was matched, and what came of it is settled. */
async function makePastEvent(db: Db) {
  const { event: id, execution: caused } = await makeEnforcement(db, { status: 'disabled' });
  if (caused !== null) throw new Error('a disabled enforcement has no execution');
  return event.getEvent(db, id);
}

describeRepository(database, {
  entity: 'event',
  make: makeEvents,
  find: event.findEvent,
  get: event.getEvent,
  list: event.listEvents,
  remove: event.deleteEvent,
  makeRemovable: makePastEvent,
  filters: {
    trigger_ref: differing(makeEvents, [{}, {}], (row) => ({ trigger_ref: row.trigger_ref })),
    'trigger_ref with *': differing(makeEvents, [{ trigger_ref: 'ev_a.one' }, { trigger_ref: 'evxa.one' }], {
      trigger_ref: 'ev_a.*',
    }),
    source_ref: async (db) => {
      const found = await makeEvent(db, { source_ref: (await makeSensor(db)).ref });
      return { found, others: [await makeEvent(db)], filter: { source_ref: found.source_ref! } };
    },
    rule_ref: async (db) => {
      const found = await makeEvent(db, { rule_ref: (await makeRule(db)).ref });
      return { found, others: [await makeEvent(db)], filter: { rule_ref: found.rule_ref! } };
    },
    'status pending': async (db) => ({
      found: await makeEvent(db),
      others: [await makePastEvent(db)],
      filter: { status: 'pending' as const },
    }),
    'status evaluated': async (db) => ({
      found: await makePastEvent(db),
      others: [await makeEvent(db)],
      filter: { status: 'evaluated' as const },
    }),
    'time, from a moment on': async (db) => {
      const earlier = await makeEvent(db);
      const found = await makeEvent(db);
      return { found, others: [earlier], filter: { created_after: found.created } };
    },
    'time, before a moment': async (db) => {
      const found = await makeEvent(db);
      const later = await makeEvent(db);
      return { found, others: [later], filter: { created_before: later.created } };
    },
  },
  refuses: {
    'a trigger that does not exist': {
      insert: (db) => event.insertEvents(db, [{ trigger_ref: 'core.never' }]),
      error: { code: 'MISSING_REFERENCE', entity: 'event', field: 'trigger_ref', value: 'core.never' },
    },
    'a sensor that does not exist': {
      insert: (db) => makeEvent(db, { source_ref: 'core.blind' }),
      error: { code: 'MISSING_REFERENCE', entity: 'event', field: 'source_ref', value: 'core.blind' },
    },
    'a rule that does not exist': {
      insert: (db) => makeEvent(db, { rule_ref: 'core.never' }),
      error: { code: 'MISSING_REFERENCE', entity: 'event', field: 'rule_ref', value: 'core.never' },
    },
    'a key of no length': {
      insert: (db) => makeEvent(db, { dedupe_key: '' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'key' }] },
    },
  },
  documents: {
    payload: async (db, value) => (await makeEvent(db, { payload: value })).payload,
    config: async (db, value) => (await makeEvent(db, { config: value as never })).config,
  },
});

const makeEnforcements = (db: Db, values: EnforcementSample = {}) => makeEnforcement(db, values);

describeRepository(database, {
  entity: 'enforcement',
  make: makeEnforcements,
  find: enforcement.findEnforcement,
  get: enforcement.getEnforcement,
  list: enforcement.listEnforcements,
  remove: enforcement.deleteEnforcement,
  makeRemovable: (db) => makeEnforcement(db, { status: 'disabled' }),
  filters: {
    event: differing(makeEnforcements, [{}, {}], (row) => ({ event: row.event })),
    rule: differing(makeEnforcements, [{}, {}], (row) => ({ rule: row.rule })),
    rule_ref: differing(makeEnforcements, [{}, {}], (row) => ({ rule_ref: row.rule_ref })),
    'rule_ref with *': differing(makeEnforcements, [{}, {}], (row) => ({
      rule_ref: `${row.rule_ref.split('.')[0]}.*`,
    })),
    trigger_ref: differing(makeEnforcements, [{}, {}], (row) => ({ trigger_ref: row.trigger_ref })),
    'status created': differing(makeEnforcements, [{}, { status: 'disabled' }], { status: 'created' }),
    'status processed': differing(makeEnforcements, [{ status: 'processed' }, {}], { status: 'processed' }),
    'status disabled': differing(makeEnforcements, [{ status: 'disabled' }, {}], { status: 'disabled' }),
    'time, from a moment on': async (db) => {
      const earlier = await makeEnforcement(db);
      const found = await makeEnforcement(db);
      return { found, others: [earlier], filter: { created_after: found.created } };
    },
    'time, before a moment': async (db) => {
      const found = await makeEnforcement(db);
      const later = await makeEnforcement(db);
      return { found, others: [later], filter: { created_before: later.created } };
    },
  },
});

const makeExecutions = (db: Db, values: ExecutionSample = {}) => makeExecution(db, values);

describeRepository(database, {
  entity: 'execution',
  make: makeExecutions,
  find: execution.findExecution,
  get: execution.getExecution,
  list: execution.listExecutions,
  remove: execution.deleteExecution,
  makeRemovable: (db) => makeExecution(db, { status: 'completed', settled: true }),
  filters: {
    action_ref: differing(makeExecutions, [{}, {}], (row) => ({ action_ref: row.action_ref })),
    'action_ref with *': differing(makeExecutions, [{ action_ref: 'ex_a.one' }, { action_ref: 'exxa.one' }], {
      action_ref: 'ex_a.*',
    }),
    'status requested': differing(makeExecutions, [{}, { status: 'completed' }], { status: 'requested' }),
    'status completed': differing(makeExecutions, [{ status: 'completed' }, {}], { status: 'completed' }),
    'status failed': differing(makeExecutions, [{ status: 'failed' }, { status: 'timeout' }], {
      status: 'failed',
    }),
    'status timeout': differing(makeExecutions, [{ status: 'timeout' }, { status: 'failed' }], {
      status: 'timeout',
    }),
    'status cancelled': differing(makeExecutions, [{ status: 'cancelled' }, {}], { status: 'cancelled' }),
    'status abandoned': differing(makeExecutions, [{ status: 'abandoned' }, {}], { status: 'abandoned' }),
    'several statuses': differing(makeExecutions, [{ status: 'running' }, { status: 'failed' }], {
      status: ['running', 'canceling', 'completed'],
    }),
    executor: async (db) => {
      const [one, other] = [await makeIdentity(db), await makeIdentity(db)];
      const found = await makeExecution(db, { executor: one.id });
      return {
        found,
        others: [await makeExecution(db, { executor: other.id })],
        filter: { executor: one.id },
      };
    },
    'worker that has it in hand': async (db) => {
      const hand = await makeWorker(db);
      const found = await makeExecution(db, { status: 'running', worker: hand });
      const done = await makeExecution(db, { status: 'completed', settled: true, worker: hand });
      return { found, others: [done, await makeExecution(db)], filter: { worker: hand.id } };
    },
    parent: async (db) => {
      const top = await makeExecution(db);
      const found = await makeExecution(db, { parent: top.id });
      return { found, others: [top, await makeExecution(db)], filter: { parent: top.id } };
    },
    'root, the whole tree below': async (db) => {
      const top = await makeExecution(db);
      const child = await makeExecution(db, { parent: top.id });
      const found = await makeExecution(db, { parent: child.id });
      return { found, others: [top, await makeExecution(db)], filter: { root: top.id } };
    },
    top_level_only: async (db) => {
      const found = await makeExecution(db);
      return {
        found,
        others: [await makeExecution(db, { parent: found.id })],
        filter: { top_level_only: true },
      };
    },
    enforcement: async (db) => {
      const { id, execution: caused } = await makeEnforcement(db, { status: 'processed' });
      const found = await execution.getExecution(db, caused!);
      return { found, others: [await makeExecution(db)], filter: { enforcement: id } };
    },
    cause_event: async (db) => {
      const { event: cause, execution: caused } = await makeEnforcement(db, { status: 'processed' });
      const found = await execution.getExecution(db, caused!);
      return { found, others: [await makeExecution(db)], filter: { cause_event: cause } };
    },
    'rule_ref, with the tree below': async (db) => {
      const { rule_ref, execution: caused } = await makeEnforcement(db, { status: 'processed' });
      const found = await makeExecution(db, { parent: caused! });
      return { found, others: [await makeExecution(db)], filter: { rule_ref } };
    },
    'rule_ref, tops only': async (db) => {
      const { rule_ref, execution: caused } = await makeEnforcement(db, { status: 'processed' });
      const child = await makeExecution(db, { parent: caused! });
      const found = await execution.getExecution(db, caused!);
      return { found, others: [child], filter: { rule_ref, top_level_only: true } };
    },
    trigger_ref: async (db) => {
      const { trigger_ref, execution: caused } = await makeEnforcement(db, { status: 'processed' });
      const found = await execution.getExecution(db, caused!);
      return { found, others: [await makeExecution(db)], filter: { trigger_ref } };
    },
    'time, before a moment': async (db) => {
      const found = await makeExecution(db);
      const later = await makeExecution(db);
      return { found, others: [later], filter: { created_before: later.created } };
    },
  },
  refuses: {
    'an action that does not exist': {
      insert: (db) => insertExecutions(db, [{ action_ref: 'core.never' }]),
      error: { code: 'MISSING_REFERENCE', entity: 'execution', field: 'action_ref', value: 'core.never' },
    },
    'a parent that does not exist': {
      insert: (db) => makeExecution(db, { parent: 987_654_321 }),
      error: { code: 'MISSING_REFERENCE', entity: 'execution', field: 'parent' },
    },
    'a timeout of nothing': {
      insert: (db) => makeExecution(db, { timeout_seconds: 0 }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'timeout_seconds' }] },
    },
    'a task without a parent': {
      insert: (db) => makeExecution(db, { workflow_task_name: 'build' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'workflow_task_name' }] },
    },
    'the same task of a parent twice': {
      insert: async (db) => {
        const { id: parent } = await makeExecution(db);
        await makeExecution(db, { parent, workflow_task_name: 'build' });
        await makeExecution(db, { parent, workflow_task_name: 'build' });
      },
      error: { code: 'CONFLICT', entity: 'execution' },
    },
  },
  documents: {
    config: async (db, value) => (await makeExecution(db, { config: value as never })).config,
    result: async (db, value) => (await makeExecution(db, { status: 'completed', result: value })).result,
    worker_selector: async (db, value) =>
      (await makeExecution(db, { worker_selector: value as never })).worker_selector,
  },
});

const makeInquiries = (db: Db, values: InquirySample = {}) => makeInquiry(db, values);

describeRepository(database, {
  entity: 'inquiry',
  make: makeInquiries,
  find: inquiry.findInquiry,
  get: inquiry.getInquiry,
  list: inquiry.listInquiries,
  remove: inquiry.deleteInquiry,
  makeRemovable: (db) => makeInquiry(db, { status: 'responded' }),
  filters: {
    'status pending': differing(makeInquiries, [{}, { status: 'cancelled' }], { status: 'pending' }),
    'status responded': differing(makeInquiries, [{ status: 'responded' }, {}], { status: 'responded' }),
    'status timeout': differing(makeInquiries, [{ status: 'timeout' }, {}], { status: 'timeout' }),
    'status cancelled': differing(makeInquiries, [{ status: 'cancelled' }, {}], { status: 'cancelled' }),
    execution: differing(makeInquiries, [{}, {}], (row) => ({ execution: row.execution })),
    assigned_to: async (db) => {
      const { id: assigned_to } = await makeIdentity(db);
      const found = await makeInquiry(db, { assigned_to });
      return { found, others: [await makeInquiry(db)], filter: { assigned_to } };
    },
    assigned_role: differing(makeInquiries, [{ assigned_role: 'on call' }, {}], { assigned_role: 'on call' }),
    due_before: differing(makeInquiries, [{ timeout_at: longAgo }, {}], { due_before: new Date() }),
  },
  refuses: {
    'an execution that does not exist': {
      insert: (db) => makeInquiry(db, { execution: 987_654_321 }),
      error: { code: 'MISSING_REFERENCE', entity: 'inquiry', field: 'execution' },
    },
    'somebody who does not exist': {
      insert: (db) => makeInquiry(db, { assigned_to: 987_654_321 }),
      error: { code: 'MISSING_REFERENCE', entity: 'inquiry', field: 'assigned_to' },
    },
    'a second question of the same execution': {
      insert: async (db) => {
        const { execution: asking } = await makeInquiry(db);
        await makeInquiry(db, { execution: asking });
      },
      error: { code: 'CONFLICT', entity: 'inquiry', field: 'execution' },
    },
  },
  documents: {
    response_schema: async (db, value) =>
      (await makeInquiry(db, { response_schema: value as never })).response_schema,
    default_response: async (db, value) =>
      (await makeInquiry(db, { default_response: value })).default_response,
  },
});

const makeWorkers = (db: Db, values: Partial<NewWorker> = {}) => makeWorker(db, values);

/** Gone, and what it held is taken over. */
async function makeGoneWorker(db: Db) {
  const gone = await makeWorker(db);
  await worker.releaseWorker(db, gone);
  await takeLostExecutions(db, { limit: 1_000, decideRetry: () => undefined });
  return worker.getWorker(db, gone.id);
}

describeRepository(database, {
  entity: 'worker',
  orderedBy: 'name',
  make: makeWorkers,
  find: worker.findWorker,
  get: worker.getWorker,
  list: worker.listWorkers,
  remove: worker.deleteWorker,
  makeRemovable: makeGoneWorker,
  key: { column: 'name', find: worker.findWorkerByName, get: worker.getWorkerByName },
  update: {
    apply: worker.updateWorker,
    change: { slots: 3, capabilities: { runtimes: ['shell'] }, meta: { rack: text } },
    set: { host: 'node-1.example.org', port: 65_535 },
  },
  filters: {
    name: differing(makeWorkers, [{ name: 'w_a-1' }, { name: 'wxa-1' }], { name: 'w_a*' }),
    worker_type: differing(makeWorkers, [{ worker_type: 'container' }, {}], { worker_type: 'container' }),
    worker_role: differing(makeWorkers, [{ worker_role: 'sensor' }, {}], { worker_role: 'sensor' }),
    status: async (db) => ({
      found: await makeGoneWorker(db),
      others: [await makeWorker(db)],
      filter: { status: 'inactive' as const },
    }),
    runtime: async (db) => {
      const { id: runtime } = await makeRuntime(db);
      return {
        found: await makeWorker(db, { runtime }),
        others: [await makeWorker(db)],
        filter: { runtime },
      };
    },
    cordoned: async (db) => {
      const found = await worker.setWorkerCordon(db, (await makeWorker(db)).id, { reason: 'repair' });
      return { found, others: [await makeWorker(db)], filter: { cordoned: true } };
    },
    alive: async (db) => ({
      found: await makeWorker(db),
      others: [await makeGoneWorker(db)],
      filter: { alive: true },
    }),
  },
  refuses: {
    'an empty name': {
      insert: (db) => makeWorker(db, { name: '' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'name' }] },
    },
    'port 0': {
      insert: (db) => makeWorker(db, { port: 0 }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'port', message: 'is out of range' }] },
    },
    'port 65536': {
      insert: (db) => makeWorker(db, { port: 65_536 }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'port' }] },
    },
    'fewer than no slots': {
      insert: (db) => makeWorker(db, { slots: -1 }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'slots' }] },
    },
    'a runtime that does not exist': {
      insert: (db) => makeWorker(db, { runtime: 987_654_321 }),
      error: { code: 'MISSING_REFERENCE', entity: 'worker', field: 'runtime' },
    },
  },
  documents: {
    capabilities: async (db, value) => (await makeWorker(db, { capabilities: value as never })).capabilities,
    meta: async (db, value) => (await makeWorker(db, { meta: value as never })).meta,
  },
});

const makeIdentities = (db: Db, values: Partial<NewIdentity> = {}) => makeIdentity(db, values);

describeRepository(database, {
  entity: 'identity',
  orderedBy: 'login',
  make: makeIdentities,
  find: identity.findIdentity,
  get: identity.getIdentity,
  list: identity.listIdentities,
  remove: identity.deleteIdentity,
  key: {
    column: 'login',
    find: identity.findIdentityByLogin,
    get: identity.getIdentityByLogin,
    make: (db, login) => makeIdentity(db, { login }),
  },
  update: {
    apply: identity.updateIdentity,
    change: { attributes: { email: 'ada@example.org' }, frozen: true },
    set: { display_name: text, password_hash: '$argon2id$' },
  },
  filters: {
    login: differing(makeIdentities, [{ login: 'Ada@example.org' }, { login: 'ada@example.org' }], {
      login: 'Ada@*',
    }),
    frozen: differing(makeIdentities, [{ frozen: true }, {}], { frozen: true }),
    role: async (db) => {
      const found = await makeIdentity(db);
      await addRole(db, found.id, 'on call');
      return { found, others: [await makeIdentity(db)], filter: { role: 'on call' } };
    },
    search: differing(makeIdentities, [{ display_name: 'Ada L_velace' }, { display_name: 'Ada Lovelace' }], {
      search: 'l_vel ADA',
    }),
  },
  refuses: {
    'an empty login': {
      insert: (db) => makeIdentity(db, { login: '' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'login' }] },
    },
    'a login of more than 255 characters': {
      insert: (db) => makeIdentity(db, { login: 'l'.repeat(256) }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'login' }] },
    },
  },
  documents: {
    attributes: async (db, value) => (await makeIdentity(db, { attributes: value as never })).attributes,
  },
});

const box = createSecretBox({ current: randomBytes(32) });
let keysMade = 0;

const makeKeys = (db: Db, values: Partial<NewKey> = {}) => {
  keysMade += 1;
  const ref = `contract.key_${keysMade}`;
  return key.insertKey(db, box, {
    ref,
    owner_type: 'system',
    name: values.ref ?? ref,
    value: keysMade,
    ...values,
  });
};

describeRepository(database, {
  entity: 'key',
  orderedBy: 'ref',
  make: makeKeys,
  find: key.findKey,
  get: key.getKey,
  list: key.listKeys,
  remove: key.deleteKey,
  key: {
    column: 'ref',
    find: key.findKeyByRef,
    get: key.getKeyByRef,
    make: (db, ref) => makeKeys(db, { ref, name: `another ${ref} ${Math.random()}` }),
  },
  update: {
    apply: (db, id, patch: KeyPatch) => key.updateKey(db, box, id, patch),
    change: { value: { n: [null] } },
    set: { description: text },
  },
  filters: {
    ref: differing(makeKeys, [{ ref: 'ke_a.b.c' }, { ref: 'kexa.b.c' }], { ref: 'ke_a.*' }),
    owner_type: async (db) => {
      const found = await makeKeys(db, { owner_type: 'pack', owner: (await makePack(db)).ref });
      return { found, others: [await makeKeys(db)], filter: { owner_type: 'pack' as const } };
    },
    owner: async (db) => {
      const [one, other] = [await makePack(db), await makePack(db)];
      const found = await makeKeys(db, { owner_type: 'pack', owner: one.ref });
      const others = [await makeKeys(db, { owner_type: 'pack', owner: other.ref })];
      return { found, others, filter: { owner: one.ref } };
    },
    name: differing(makeKeys, [{ name: 'token %_' }, { name: 'token' }], { name: 'token %_' }),
    encrypted: differing(makeKeys, [{ encrypted: true }, {}], { encrypted: true }),
    search: differing(makeKeys, [{ description: 'For the Mail server' }, {}], { search: 'server mail' }),
  },
  refuses: {
    'a ref in upper case': {
      insert: (db) => makeKeys(db, { ref: 'Upper.case' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'ref' }] },
    },
    'a ref with an empty part': {
      insert: (db) => makeKeys(db, { ref: 'a..b' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'ref' }] },
    },
    'an owner that does not exist': {
      insert: (db) => makeKeys(db, { owner_type: 'pack', owner: 'no_pack' }),
      error: { code: 'MISSING_REFERENCE', entity: 'key', field: 'owner', value: 'no_pack' },
    },
    'an owner of what belongs to the system': {
      insert: (db) => makeKeys(db, { owner_type: 'system', owner: 'core' }),
      error: { code: 'VALIDATION_ERROR' },
    },
  },
  documents: {
    value: async (db, value) => (await makeKeys(db, { value })).value,
    'an encrypted value': async (db, value) =>
      key.openKey(box, await makeKeys(db, { value, encrypted: true })),
  },
});

const makeArtifacts = (db: Db, values: Partial<NewArtifact> = {}) => makeArtifact(db, values);

describeRepository(database, {
  entity: 'artifact',
  make: makeArtifacts,
  find: artifact.findArtifact,
  get: artifact.getArtifact,
  list: artifact.listArtifacts,
  remove: artifact.deleteArtifact,
  update: {
    apply: artifact.updateArtifact,
    change: { visibility: 'public', owner: 'core.report', scope: 'action' },
    set: { name: text, description: text, content_type: 'text/csv', data: { rows: 3 } },
  },
  filters: {
    ref: differing(makeArtifacts, [{ ref: 'logs/run 1/out.txt' }, { ref: 'logs/run 2/out.txt' }], {
      ref: 'logs/run 1/*',
    }),
    'a ref of more than 500 characters': differing(
      makeArtifacts,
      [{ ref: `${'d/'.repeat(300)}one` }, { ref: `${'d/'.repeat(300)}two` }],
      { ref: `${'d/'.repeat(300)}one` },
    ),
    scope: differing(makeArtifacts, [{ scope: 'sensor' }, {}], { scope: 'sensor' }),
    owner: differing(makeArtifacts, [{ owner: 'core.echo' }, { owner: '' }], { owner: 'core.echo' }),
    'no owner': differing(makeArtifacts, [{ owner: '' }, { owner: 'core.echo' }], { owner: '' }),
    type: differing(makeArtifacts, [{ type: 'file_datatable' }, {}], { type: 'file_datatable' }),
    visibility: differing(makeArtifacts, [{ visibility: 'public' }, {}], { visibility: 'public' }),
    retention_policy: differing(makeArtifacts, [{ retention_policy: 'hours' }, {}], {
      retention_policy: 'hours',
    }),
    execution: async (db) => {
      const found = await makeArtifact(db);
      await insertArtifactVersion(db, { artifact: found.id, execution: 4_711, content_json: 1 });
      return { found, others: [await makeArtifact(db)], filter: { execution: 4_711 } };
    },
    search: differing(makeArtifacts, [{ name: 'Report_1 of May' }, { name: 'Report 1 of May' }], {
      search: 'MAY report_1',
    }),
  },
  refuses: {
    'an empty ref': {
      insert: (db) => makeArtifact(db, { ref: '' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'ref' }] },
    },
    'a ref with a control character': {
      insert: (db) => makeArtifact(db, { ref: 'a\nb' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'ref' }] },
    },
    'a ref of more than 1,024 characters': {
      insert: (db) => makeArtifact(db, { ref: 'a'.repeat(1_025) }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'ref' }] },
    },
  },
  documents: {
    data: async (db, value) => (await makeArtifact(db, { data: value })).data,
  },
});

const makeNotification = (db: Db, values: Partial<notification.NewNotification> = {}) =>
  notification.insertNotification(db, {
    channel: 'changes',
    entity_type: 'rule',
    entity: 'core.one',
    activity: 'updated',
    ...values,
  });

describeRepository(database, {
  entity: 'notification',
  make: makeNotification,
  find: notification.findNotification,
  get: notification.getNotification,
  list: notification.listNotifications,
  remove: notification.deleteNotification,
  update: {
    apply: notification.updateNotification,
    change: { state: 'queued', content: { n: 1 } },
  },
  filters: {
    channel: differing(makeNotification, [{ channel: 'Änderungen!' }, { channel: 'änderungen!' }], {
      channel: 'Änderungen!',
    }),
    entity_type: differing(makeNotification, [{ entity_type: 'x'.repeat(200) }, {}], {
      entity_type: 'x'.repeat(200),
    }),
    entity: differing(makeNotification, [{ entity: '日本/%_' }, {}], { entity: '日本/%_' }),
    'state created': differing(makeNotification, [{}, { state: 'error' }], { state: 'created' }),
    'state queued': differing(makeNotification, [{ state: 'queued' }, {}], { state: 'queued' }),
    'state processing': differing(makeNotification, [{ state: 'processing' }, {}], { state: 'processing' }),
    'state error': differing(makeNotification, [{ state: 'error' }, {}], { state: 'error' }),
  },
  refuses: {
    'an empty channel': {
      insert: (db) => makeNotification(db, { channel: '' }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'channel' }] },
    },
    'a channel of more than 255 characters': {
      insert: (db) => makeNotification(db, { channel: 'c'.repeat(256) }),
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'channel' }] },
    },
    'an unknown state': {
      insert: (db) => makeNotification(db, { state: 'done' as never }),
      error: { code: 'VALIDATION_ERROR' },
    },
  },
  documents: {
    content: async (db, value) => (await makeNotification(db, { content: value })).content,
  },
});

describe('a deletion takes what follows with it', () => {
  it('of an event: its enforcements and their executions', async () => {
    const { db } = database;
    const { id, event: cause, execution: caused } = await makeEnforcement(db, { status: 'processed' });
    await settle(caused!);

    expect(await event.deleteEvent(db, cause)).toBe(true);

    expect(await enforcement.findEnforcement(db, id)).toBeUndefined();
    expect(await execution.findExecution(db, caused!)).toBeUndefined();
  });

  it('of an enforcement: its execution, and the event has one match less', async () => {
    const { db } = database;
    const { id, event: cause, execution: caused } = await makeEnforcement(db, { status: 'processed' });
    await settle(caused!);

    expect(await enforcement.deleteEnforcement(db, id)).toBe(true);

    expect(await execution.findExecution(db, caused!)).toBeUndefined();
    expect(await event.getEvent(db, cause)).toMatchObject({ status: 'evaluated', matched: 0 });
  });

  it('of an execution: its tree and the enforcement it came from', async () => {
    const { db } = database;
    const { id, event: cause, execution: top } = await makeEnforcement(db, { status: 'processed' });
    const child = await makeExecution(db, { parent: top!, status: 'completed', settled: true });
    await settle(top!);

    expect(await execution.deleteExecution(db, top!)).toBe(true);

    expect(await execution.findExecution(db, child.id)).toBeUndefined();
    expect(await enforcement.findEnforcement(db, id)).toBeUndefined();
    expect(await event.getEvent(db, cause)).toMatchObject({ matched: 0 });
  });

  it('is refused while anything below is under way, and nothing is gone then', async () => {
    const { db } = database;
    const { id, event: cause, execution: top } = await makeEnforcement(db, { status: 'processed' });
    const child = await makeExecution(db, { parent: top! });
    await settle(top!);
    const because = {
      code: 'INVALID_STATE',
      message: expect.stringContaining(`execution ${child.id} is not settled`),
    };

    await expect(event.deleteEvent(db, cause)).rejects.toMatchObject(because);
    await expect(enforcement.deleteEnforcement(db, id)).rejects.toMatchObject(because);
    await expect(execution.deleteExecution(db, top!)).rejects.toMatchObject(because);

    expect(await event.findEvent(db, cause)).toMatchObject({ matched: 1 });
    expect(await execution.findExecution(db, child.id)).toBeDefined();
  });

  it('is refused for an event that waits for its evaluation, and for an enforcement that is not decided', async () => {
    const { db } = database;
    const waiting = await makeEvent(db);
    const open = await makeEnforcement(db);

    await expect(event.deleteEvent(db, waiting.id)).rejects.toThrow('is not evaluated yet');
    await expect(enforcement.deleteEnforcement(db, open.id)).rejects.toThrow('is not decided yet');
    await expect(event.deleteEvent(db, open.event)).rejects.toThrow('is not decided yet');
  });

  it('is refused for a part of a tree', async () => {
    const { db } = database;
    const top = await makeExecution(db, { status: 'completed', settled: true });
    const child = await makeExecution(db, { parent: top.id, status: 'completed', settled: true });

    await expect(execution.deleteExecution(db, child.id)).rejects.toThrow(
      `cannot delete execution ${child.id}: execution ${child.id} is part of execution ${top.id}`,
    );
  });

  it('is refused for an inquiry that is open', async () => {
    const { id } = await makeInquiry(database.db);

    await expect(inquiry.deleteInquiry(database.db, id)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    expect(await inquiry.findInquiry(database.db, id)).toMatchObject({ status: 'pending' });
  });
});

/** Ends it, whatever it was doing. */
async function settle(id: number): Promise<void> {
  await requestCancel(database.db, id);
  await settleExecutions(database.db, [id]);
}
