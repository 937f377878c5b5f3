import { z } from 'zod';

export const defaultPageSize = 50;
export const maxPageSize = 1000;

/** Instants travel as RFC 3339 in UTC. */
export const instantSchema = z.iso.datetime({ offset: true });

/** Any JSON object. */
export const jsonObjectSchema = z.record(z.string(), z.unknown());

/** A definition is addressed by its ref, or by its id. */
export const refParams = z.object({
  ref: z.string().min(1).max(255).describe('Ref (`pack.name`) or numeric id'),
});

export const idParams = z.object({ id: z.coerce.number().int().positive() });

/** `true`/`false` (and `1`/`0`) in a query string. */
export const flagSchema = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });

/** Paging as every list takes it; larger pages are clamped to 1,000, not refused. */
export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).optional().describe('1-based; not together with cursor'),
  page_size: pageSize().optional().describe(`Default ${defaultPageSize}, clamped to ${maxPageSize}`),
  per_page: pageSize().optional().describe('Another name of page_size'),
  cursor: z.string().max(512).optional().describe('next_cursor of the page before'),
  include_total: flagSchema.optional().describe('Count all matches (slow on large tables)'),
});

/** Secrets are shown to who asks for them and may see them. */
export const secretsQuery = z.object({
  include_secret_values: flagSchema.optional().describe('Show what is secret; audited'),
});

/** Text looked for in refs, labels and descriptions. */
export const searchFilter = z.string().min(1).max(255);

/** From one instant on, and before another. */
export const createdFilter = {
  created_after: instantSchema.optional(),
  created_before: instantSchema.optional(),
};

/** `*` in a ref filter stands for any text. */
export const refFilter = z.string().min(1).max(255);

function pageSize() {
  return z.coerce.number().int().min(1);
}
