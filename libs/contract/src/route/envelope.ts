import { z } from 'zod';

export const paginationSchema = z
  .object({
    page: z.int().min(1).describe('Number of this page; 1 when the page was asked for by cursor'),
    page_size: z.int().min(1).describe('Size in force, after clamping'),
    total_items: z.int().optional().describe('Only with include_total=true'),
    total_pages: z.int().optional().describe('Only with include_total=true'),
    has_previous: z.boolean(),
    has_next: z.boolean(),
    next_cursor: z.string().optional().describe('Give it back as `cursor` for the next page'),
  })
  .meta({
    id: 'Pagination',
    examples: [{ page: 1, page_size: 50, has_previous: false, has_next: true, next_cursor: 'WzE3XQ' }],
  });

export const errorDetailSchema = z
  .object({
    path: z.string().describe('Where in the request: `body.action_params.url`, `query.page`'),
    message: z.string(),
    hint: z.string().optional(),
  })
  .meta({ id: 'ErrorDetail' });

export const errorSchema = z
  .object({
    error: z.string().describe('For people'),
    code: z.string().describe('For programs; stable'),
    details: z.array(errorDetailSchema),
    request_id: z.string(),
  })
  .meta({
    id: 'Error',
    examples: [
      {
        error: 'the request is not valid: action_ref is required',
        code: 'VALIDATION_ERROR',
        details: [
          {
            path: 'action_ref',
            message: 'is required',
            hint: "'action' is not known here; did you mean 'action_ref'?",
          },
        ],
        request_id: '5f1c7f0a-7f0e-4c57-9a0a-1b2c3d4e5f60',
      },
    ],
  });

/** What deleting answers; not in an envelope, as clients know it. */
export const successSchema = z
  .object({ success: z.literal(true), message: z.string() })
  .meta({ id: 'Success' });

export const warningsSchema = z.array(z.string()).optional().describe('What was ignored, and why');

export type Pagination = z.infer<typeof paginationSchema>;
export type ErrorBody = z.infer<typeof errorSchema>;
