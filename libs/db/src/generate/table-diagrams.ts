import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { Schema } from '../schema/index.js';

interface Reference {
  table: string;
  column: string;
  target: string;
  /** A foreign key; else an id that may outlive what it names. */
  enforced: boolean;
  optional: boolean;
}

/** Each table in the part of the story it belongs to. */
const areas: Readonly<Record<string, readonly (keyof Schema)[]>> = {
  Definitions: ['pack', 'runtime', 'runtime_version', 'trigger', 'sensor', 'action', 'rule', 'policy'],
  'From event to result': [
    'event',
    'event_key',
    'enforcement',
    'rule_flow',
    'execution',
    'execution_attempt',
    'execution_history',
    'execution_log',
  ],
  'What executions wait for': ['inquiry', 'workflow_run', 'admission'],
  'Processes and clocks': ['worker', 'dispatch_queue', 'sensor_run', 'timer'],
  'Who may do what': [
    'identity',
    'identity_role',
    'permission_set',
    'permission_set_role',
    'permission_assignment',
    'session',
    'sign_in',
    'login_attempt',
    'api_token',
    'signing_key',
  ],
  'What is kept for people': ['key', 'artifact', 'artifact_version', 'notification', 'audit_event'],
  Bookkeeping: [
    'definition_version',
    'definition_epoch',
    'webhook_delivery',
    'idempotent_request',
    'ledger_check',
    'process',
    'retention',
    'pack_environment',
    'pack_test_run',
    'migration',
  ],
};

/** `docs/tables.md`: which table names which, area by area. */
export async function tableDiagrams(db: Db): Promise<string> {
  const { tables, references } = await readReferences(db);
  const placed = Object.values(areas).flat() as string[];
  const lost = tables.filter((table) => !placed.includes(table));
  if (lost.length > 0) throw new Error(`in no area of table-diagrams.ts: ${lost.join(', ')}`);
  const sections = Object.entries(areas).map(([area, own]) =>
    diagram(
      area,
      own,
      references.filter(({ table }) => (own as readonly string[]).includes(table)),
    ),
  );
  const intro = [
    '# Tables',
    '',
    'Generated from the migrations. Solid lines are foreign keys; dotted ones are ids that may outlive what they name,',
    'with the ref beside them for people to read. Columns are in [schema.sql](../libs/db/schema.sql), what they mean in',
    '[libs/db/src/schema](../libs/db/src/schema).',
  ];
  return `${[...intro, ...sections.flat()].join('\n')}\n`;
}

async function readReferences(db: Db): Promise<{ tables: string[]; references: Reference[] }> {
  const { rows } = await sql<Reference & { target: string | null }>`
    select c.relname as table, a.attname as column, not a.attnotnull as optional,
      k.oid is not null as enforced, coalesce(f.relname, named.relname) as target
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' and k.conkey = array[a.attnum]
    left join pg_class f on f.oid = k.confrelid
    left join pg_class named on named.relnamespace = c.relnamespace and named.relkind = 'r'
      and named.relname = a.attname and a.atttypid = 'bigint'::regtype
    where c.relnamespace = 'attune'::regnamespace and c.relkind = 'r'
    order by c.relname, a.attnum`.execute(db);
  return {
    tables: [...new Set(rows.map(({ table }) => table))],
    references: rows.filter(({ target }) => target !== null),
  };
}

function diagram(area: string, tables: readonly string[], references: readonly Reference[]): string[] {
  const lines = references.map(({ table, column, target, enforced, optional }) => {
    const line = `}o${enforced ? '--' : '..'}${optional ? 'o|' : '||'}`;
    return `  ${table} ${line} ${target} : ${column}`;
  });
  const alone = tables.filter((table) => !references.some((each) => each.table === table));
  return [
    '',
    `## ${area}`,
    '',
    '```mermaid',
    'erDiagram',
    ...alone.map((table) => `  ${table}`),
    ...lines,
    '```',
  ];
}
