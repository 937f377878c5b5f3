import { defaultPageSize, maxPageSize } from '@attune/contract';
import type { Pagination } from '@attune/contract';
import { ValidationError } from '@attune/domain';

/** What handlers of lists give back. */
export interface Page<T> {
  items: T[];
  pagination: Pagination;
}

export interface PageQuery {
  page?: number | undefined;
  page_size?: number | undefined;
  per_page?: number | undefined;
  cursor?: string | undefined;
  include_total?: boolean | undefined;
}

export interface PageSize {
  page: number;
  pageSize: number;
}

/** Page number and size in force: clamped, never refused; a cursor and a page number exclude each other. */
export function pageSizeOf(query: PageQuery): PageSize {
  if (query.cursor !== undefined && query.page !== undefined) {
    throw new ValidationError('a page is asked for by number or by cursor, not by both', {
      details: [{ path: 'query.cursor', message: 'not together with page' }],
    });
  }
  return {
    page: query.page ?? 1,
    pageSize: Math.min(query.page_size ?? query.per_page ?? defaultPageSize, maxPageSize),
  };
}
