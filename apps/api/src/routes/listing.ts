import type { Page as Rows, PageRequest } from '@attune/db';
import { ValidationError } from '@attune/domain';
import { pageSizeOf } from '../http/page.js';
import type { Page, PageQuery } from '../http/page.js';

/** One page of a list: the request's paging in, rows shown, the envelope's paging out. */
export async function listPage<Row, Item>(
  query: PageQuery,
  list: (page: PageRequest) => Promise<Rows<Row>>,
  show: (row: Row) => Item,
): Promise<Page<Item>> {
  const { page, pageSize } = pageSizeOf(query);
  const request = {
    limit: pageSize,
    cursor: query.cursor,
    offset: page > 1 ? (page - 1) * pageSize : undefined,
    total: query.include_total,
  };
  const rows = await list(request).catch((error: unknown) => refuseCursor(error, query));
  return {
    items: rows.items.map(show),
    pagination: {
      page,
      page_size: pageSize,
      ...totals(rows.total, pageSize),
      has_previous: page > 1 || query.cursor !== undefined,
      has_next: rows.nextCursor !== undefined,
      ...(rows.nextCursor === undefined ? {} : { next_cursor: rows.nextCursor }),
    },
  };
}

/** The window of time of a list. */
export function createdBetween(query: {
  created_after?: string | undefined;
  created_before?: string | undefined;
}) {
  return { created_after: instantOf(query.created_after), created_before: instantOf(query.created_before) };
}

/** A list that is always whole. */
export function wholePage<Item>(items: Item[]): Page<Item> {
  return {
    items,
    pagination: { page: 1, page_size: Math.max(1, items.length), has_previous: false, has_next: false },
  };
}

/** Everything else of a list's request was checked before: what the database refuses is the cursor. */
function refuseCursor(error: unknown, { cursor }: PageQuery): never {
  if (!(error instanceof ValidationError) || cursor === undefined) throw error;
  throw new ValidationError('the cursor is not one that this list has handed out', {
    details: [{ path: 'query.cursor', message: 'is not a cursor of this list' }],
    cause: error,
  });
}

function instantOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function totals(total: number | undefined, pageSize: number) {
  return total === undefined ? {} : { total_items: total, total_pages: Math.ceil(total / pageSize) };
}
