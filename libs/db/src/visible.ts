import type { GrantFilter, RowFilter } from '@attune/domain';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Condition } from './filter.js';
import { allOf, equals, escapeLike, isSet, oneOf } from './filter.js';

/** What a list shows of its table: rows that the caller's grants let through. Left out: all, for our own use. */
export interface Limited {
  visible?: GrantFilter | undefined;
}

/** Name of a column, or what stands for one. */
type Column = string | RawBuilder<unknown>;

/** The columns that grants may be limited by. A limit whose column a table does not have lets no row through. */
export interface LimitColumns {
  id: string;
  ref?: string;
  /** Ref of the pack it belongs to. */
  packRef?: Column;
  /** Instead of `packRef`: the ref of a component, whose first segment is the pack. */
  componentRef?: string;
  /** Id of the identity that owns it, or how to tell that this one does (null: that nobody does). */
  owner?: string | ((identityId: number | null) => RawBuilder<boolean>);
  ownerType?: string;
  ownerRef?: string;
  visibility?: string;
  encrypted?: string;
  /** Id of the execution that it is, or belongs to. */
  execution?: string;
}

/** The limits of a table of components. */
export function componentLimits(table: string): LimitColumns {
  return { id: `${table}.id`, ref: `${table}.ref`, packRef: `${table}.pack_ref` };
}

/** Lets through exactly the rows that `authorize` would allow one by one. */
export function isVisible(visible: GrantFilter | undefined, columns: LimitColumns): Condition {
  if (visible === undefined || visible.all) return undefined;
  const filters = visible.anyOf.map((filter) => passes(filter, columns));
  return filters.length === 0 ? nothing : sql<boolean>`(${sql.join(filters, sql` or `)})`;
}

const nothing = sql<boolean>`false`;

type Limit = (filter: RowFilter, columns: LimitColumns) => Condition;

const limits: { readonly [Name in keyof Required<RowFilter>]: Limit } = {
  packRefs: isOfPacks,
  refs: ({ refs }, { ref }) => among(ref, refs, 'text'),
  ids: ({ ids }, { id }) => among(id, ids?.map(String), 'int8'),
  ownerIdentityId: isOwned,
  ownerTypes: ({ ownerTypes }, { ownerType }) => among(textOf(ownerType), ownerTypes, 'text'),
  ownerRefs: ({ ownerRefs }, { ownerRef }) => among(ownerRef, ownerRefs, 'text'),
  visibility: ({ visibility: kinds }, { visibility }) => among(textOf(visibility), kinds, 'text'),
  encrypted: ({ encrypted: wanted }, { encrypted }) =>
    encrypted === undefined ? nothing : equals(encrypted, wanted),
  executionId: ({ executionId }, { execution }) =>
    execution === undefined ? nothing : equals(execution, executionId),
  executionTree: isBelow,
};

/** All limits of one grant hold. */
function passes(filter: RowFilter, columns: LimitColumns): RawBuilder<boolean> {
  const given = (Object.keys(filter) as (keyof RowFilter)[]).filter((name) => filter[name] !== undefined);
  return sql<boolean>`(${allOf(...given.map((name) => limits[name](filter, columns)))})`;
}

function among(column: Column | undefined, values: readonly string[] | undefined, type: string): Condition {
  if (column === undefined || values === undefined) return nothing;
  if (typeof column === 'string') return oneOf(column, values, type);
  return sql<boolean>`${column} = any(${[...values]}::${sql.raw(type)}[])`;
}

/** Of an enum column. */
function textOf(column: string | undefined): RawBuilder<unknown> | undefined {
  return column === undefined ? undefined : sql`${sql.ref(column)}::text`;
}

function isOfPacks({ packRefs = [] }: RowFilter, { packRef, componentRef }: LimitColumns): Condition {
  if (componentRef === undefined) return among(packRef, packRefs, 'text');
  // One by one: an index serves `like` with a pattern, not with a list of them.
  const ofPack = (ref: string) => sql<boolean>`${sql.ref(componentRef)} like ${`${escapeLike(ref)}.%`}`;
  return packRefs.length === 0 ? nothing : sql<boolean>`(${sql.join(packRefs.map(ofPack), sql` or `)})`;
}

function isOwned({ ownerIdentityId: id }: RowFilter, { owner }: LimitColumns): Condition {
  if (owner === undefined || id === undefined) return nothing;
  if (typeof owner === 'function') return owner(id);
  return id === null ? isSet(owner, false) : equals(owner, id);
}

/** Walks down by the index of parents, so it costs what is below and not what is stored. */
function isBelow({ executionTree: top }: RowFilter, { execution }: LimitColumns): Condition {
  if (execution === undefined || top === undefined) return nothing;
  return sql<boolean>`${sql.ref(execution)} in (
    with recursive below (id) as (
      select ${top}::int8
      union all
      select child.id from attune.execution child join below on child.parent = below.id
    )
    select id from below)`;
}
