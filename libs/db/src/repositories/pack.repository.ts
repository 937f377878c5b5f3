import { InvalidStateError } from '@attune/domain';
import type { Db } from '../database.js';
import { inTransaction } from '../database.js';
import { definitionTable } from '../definition-table.js';
import { contains, containsWords, equals, isSet, matchesRef } from '../filter.js';
import { byRef } from '../page.js';
import type { PackDependency, PackRow } from '../schema/index.js';
import { statement } from '../statement.js';
import { listOf } from '../table.js';

export interface NewPack {
  ref: string;
  label: string;
  description?: string | null | undefined;
  /** Semver. */
  version: string;
  author?: string | null | undefined;
  email?: string | null | undefined;
  /** Range of Attune versions it works with. */
  attune_version?: string | null | undefined;
  conf_schema?: Record<string, unknown> | undefined;
  config?: Record<string, unknown> | undefined;
  meta?: Record<string, unknown> | undefined;
  tags?: readonly string[] | undefined;
  runtime_deps?: readonly string[] | undefined;
  dependencies?: readonly PackDependency[] | undefined;
  is_standard?: boolean | undefined;
  source_type?: string | null | undefined;
  source_url?: string | null | undefined;
  source_ref?: string | null | undefined;
  checksum?: string | null | undefined;
  checksum_verified?: boolean | undefined;
  content_hash?: string | null | undefined;
  storage_path?: string | null | undefined;
  installation_method?: string | null | undefined;
  installed_at?: Date | null | undefined;
  installed_by?: number | null | undefined;
}

export interface PackFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  tag?: string | undefined;
  is_standard?: boolean | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
  source_type?: string | undefined;
  /** From files, as opposed to made by the API. */
  installed?: boolean | undefined;
}

/* Through the index of what is not settled. A worker that is canceling ends without the pack. */
const unfinishedStatement = statement<{ ids: string[] }>(
  'list_unfinished_executions_of_pack',
  `select array(
  select e.id::text from attune.execution e
  where e.announced_at is not null and e.status in ('requested', 'scheduled', 'running')
    and starts_with(e.action_ref, $1::text)
  order by e.id limit 6
) as ids`,
);

const packs = definitionTable<PackRow, NewPack>('pack');

export const insertPack = packs.insert;

export const findPack = packs.find;

export const findPackByRef = packs.findByRef;

export const getPack = packs.get;

export const getPackByRef = packs.getByRef;

/** By ref. */
export const listPacks = listOf<PackRow, PackFilter>('pack', {
  order: byRef('pack'),
  limits: { id: 'pack.id', ref: 'pack.ref', packRef: 'pack.ref', owner: 'pack.installed_by' },
  conditions: (filter) => [
    matchesRef('pack.ref', filter.ref),
    contains('pack.tags', filter.tag),
    equals('pack.is_standard', filter.is_standard),
    equals('pack.source_type', filter.source_type),
    isSet('pack.installed_at', filter.installed),
    containsWords(['pack.ref', 'pack.label', 'pack.description'], filter.search),
  ],
});

export const updatePack = packs.update;

/**
 * With all its components. InvalidStateError while executions of its actions are under way: to force it, cancel
 * them first, in the same transaction (cancelPackExecutions). One that is requested at the same moment carries the
 * version it runs. The same error while components of other packs use its runtimes.
 */
export async function deletePack(db: Db, id: number): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const pack = await packs.find(trx, id);
    if (pack === undefined) return false;
    const [unfinished] = await unfinishedStatement.run(trx, [`${pack.ref}.`]);
    if (unfinished !== undefined && unfinished.ids.length > 0) throw stillRunning(pack.ref, unfinished.ids);
    return packs.delete(trx, id);
  });
}

export const restorePack = packs.restore;

function stillRunning(ref: string, ids: readonly string[]): InvalidStateError {
  const shown = `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`;
  return new InvalidStateError(
    `cannot delete pack ${ref}: executions of its actions are under way (${shown})`,
  );
}
