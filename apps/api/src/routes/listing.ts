import type { Page as Rows, PageRequest } from '@attune/db';
import { pageSizeOf } from '../http/page.js';
import type { Page, PageQuery } from '../http/page.js';

/** One page of a list: the request's paging in, rows shown, the envelope's paging out. */
export async function listPage<Row, Item>(
  query: PageQuery,
  list: (page: PageRequest) => Promise<Rows<Row>>,
  show: (row: Row) => Item,
): Promise<Page<Item>> {
  const { page, pageSize } = pageSizeOf(query);
  const rows = await list({
    limit: pageSize,
    cursor: query.cursor,
    offset: page > 1 ? (page - 1) * pageSize : undefined,
    total: query.include_total,
  });
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

/** A list that is always whole. */
export function wholePage<Item>(items: Item[]): Page<Item> {
  return {
    items,
    pagination: { page: 1, page_size: Math.max(1, items.length), has_previous: false, has_next: false },
  };
}

function totals(total: number | undefined, pageSize: number) {
  return total === undefined ? {} : { total_items: total, total_pages: Math.ceil(total / pageSize) };
}
