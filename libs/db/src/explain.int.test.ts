import type { GrantFilter, RowFilter } from '@attune/domain';
import type { Db } from './database.js';
import { samples } from './generate/queries.js';
import { recordStatements } from './generate/recording-database.js';
import { sampleRow } from './generate/sample.js';
import type { PageRequest } from './page.js';
import { listArtifacts } from './repositories/artifact.repository.js';
import { listEnforcements } from './repositories/enforcement.repository.js';
import { listEvents } from './repositories/event.repository.js';
import { listExecutions } from './repositories/execution.repository.js';
import { listWebhookDeliveries } from './repositories/webhook-delivery.repository.js';
import { fillLargeTables } from './testing/bulk.js';
import { explain } from './testing/explain.js';
import { useTestDatabase } from './testing/index.js';

const rows = 200_000;
/** A page, and what may be passed over on the way to it. */
const readAtMost = 2_000;

/** Reads on purpose what it was asked for: everything in a window of time, which is open here. */
const readsAll = ['ledger'];

const database = useTestDatabase();

beforeAll(() => fillLargeTables(database.db, { rows }), 120_000);

describe('no statement scans a large table or sorts one', () => {
  const files = Object.entries(samples).filter(([file]) => !readsAll.includes(file));

  it.each(files)('%s', async (_file, functions) => {
    const offenders = [];
    for (const [name, call] of Object.entries(functions)) {
      const { db, statements } = recordStatements([[sampleRow]]);
      await call(db);
      for (const statement of statements.filter(({ sql }) => !isTotal(sql))) {
        const { scanned, sorted } = await explain(database.db, statement);
        if (scanned.length > 0 || sorted > rows / 10) offenders.push({ name, scanned, sorted });
      }
    }

    expect(offenders).toEqual([]);
  });
});

type List<Filter> = (db: Db, filter: Filter, page: PageRequest) => Promise<unknown>;

/** Each filter by itself, with a value that few rows have, and with one that many have. */
const lists: Record<string, [List<never>, object[]]> = {
  events: [
    listEvents,
    [
      {},
      { trigger_ref: 'core.rare' },
      { trigger_ref: 'core.trigger_2' },
      { trigger_ref: 'core.r*' },
      { trigger_ref: 'core.*' },
      { trigger_ref: 'core.none' },
      { source_ref: 'core.rare' },
      { source_ref: 'core.sensor_2' },
      { rule_ref: 'core.rare' },
      { rule_ref: 'core.rule_2' },
      { status: 'pending' },
      { status: 'evaluated' },
      seen({ packRefs: ['core'] }),
      seen({ packRefs: ['none'] }),
      seen({ refs: ['core.rare'] }, { ids: [77] }),
    ],
  ],
  enforcements: [
    listEnforcements,
    [
      {},
      { event: 77 },
      { rule: 77 },
      { rule_ref: 'core.rare' },
      { rule_ref: 'core.rule_2' },
      { trigger_ref: 'core.rare' },
      { trigger_ref: 'core.trigger_2' },
      { trigger_ref: 'core.none*' },
      { status: 'disabled' },
      { status: 'created' },
      { status: 'processed' },
      seen({ packRefs: ['core'] }),
      seen({ packRefs: ['none'] }),
      seen({ refs: ['core.rare'] }),
    ],
  ],
  executions: [
    listExecutions,
    [
      {},
      { status: 'completed' },
      { status: 'failed' },
      { status: 'abandoned' },
      { status: 'running' },
      { status: ['requested', 'scheduled', 'running'] },
      { action_ref: 'core.rare' },
      { action_ref: 'core.action_2' },
      { action_ref: 'core.none*' },
      { action_ref: 'core.*' },
      { rule_ref: 'core.rare' },
      { rule_ref: 'core.rule_2' },
      { trigger_ref: 'core.rare' },
      { trigger_ref: 'core.trigger_2' },
      { rule_ref: 'core.rule_2', top_level_only: true },
      { enforcement: 77 },
      { cause_event: 77 },
      { executor: 7 },
      { executor: 8 },
      { worker: 3 },
      { parent: 77 },
      { root: 77 },
      { top_level_only: true },
      seen({ packRefs: ['core'] }),
      seen({ packRefs: ['none'] }),
      seen({ refs: ['core.rare'] }),
      seen({ ownerIdentityId: 7 }),
      seen({ executionId: 77 }),
      seen({ executionTree: 77 }),
    ],
  ],
  artifacts: [
    listArtifacts,
    [
      {},
      { ref: 'artifact_2/*' },
      { ref: 'none/7' },
      { ref: 'none/*' },
      { scope: 'pack' },
      { scope: 'system' },
      { owner: 'core.rare' },
      { owner: 'none' },
      { scope: 'pack', owner: 'none' },
      { type: 'other' },
      { type: 'url' },
      { visibility: 'private' },
      { visibility: 'public' },
      { retention_policy: 'versions' },
      { retention_policy: 'days' },
      { execution: 77 },
      { search: 'artifact' },
      { search: 'none of these' },
      seen({ packRefs: ['core'] }),
      seen({ ownerTypes: ['pack'], ownerRefs: ['none'] }),
      seen({ visibility: ['private'] }),
      seen({ ownerIdentityId: 7 }),
    ],
  ],
  deliveries: [
    listWebhookDeliveries,
    [
      { trigger: 2 },
      { trigger: 2, status: 'accepted' },
      { trigger: 2, status: 'rejected' },
      { trigger: 2, status: 'rejected', created_after: new Date(0) },
      { trigger: 2, created_before: new Date(0) },
      { trigger: 4711 },
    ],
  ],
};

describe.each(Object.entries(lists))('a page of %s is read through an index', (_name, [list, filters]) => {
  it.each(filters.map((filter) => [JSON.stringify(filter), filter] as const))(
    'by %s',
    async (_text, filter) => {
      const { db, statements } = recordStatements([[]]);
      await list(db, filter as never, { limit: 50 });

      const { scanned, read } = await explain(database.db, statements[0]!, true);

      expect(scanned).toEqual([]);
      expect(read).toBeLessThanOrEqual(readAtMost);
    },
  );
});

it.each([
  ['events', listEvents, {}, [`${rows / 2}`]],
  ['events of a trigger', listEvents, { trigger_ref: 'core.trigger_2' }, [`${rows / 2}`]],
  ['failed executions', listExecutions, { status: 'failed' }, [`${rows / 2}`]],
  ['executions of a rule', listExecutions, { rule_ref: 'core.rule_2' }, [`${rows / 2}`, `${rows / 2}`]],
] as [string, List<never>, object, string[]][])(
  'a page from the middle of %s costs what the first one does',
  async (_name, list, filter, key) => {
    const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
    const { db, statements } = recordStatements([[]]);
    await list(db, filter as never, { limit: 50, cursor });

    const { scanned, read } = await explain(database.db, statements[0]!, true);

    expect({ scanned, within: read <= readAtMost }).toEqual({ scanned: [], within: true });
  },
);

/** A list for somebody whose grants let through these rows only. */
function seen(...anyOf: RowFilter[]): { visible: GrantFilter } {
  return { visible: { all: false, anyOf } };
}

/** Counting what matches is asked for, and costs what it costs. */
function isTotal(text: string): boolean {
  return text.startsWith('select count(*) as "total"');
}
