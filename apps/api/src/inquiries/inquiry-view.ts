import type { InquiryRow } from '@attune/db';

export function showInquiry(row: InquiryRow) {
  const { id, execution, prompt, response_schema, assigned_to, assigned_role, status } = row;
  return {
    id,
    execution,
    prompt,
    response_schema,
    assigned_to,
    assigned_role,
    status,
    response: row.response,
    default_response: row.default_response,
    timeout_at: row.timeout_at?.toISOString() ?? null,
    responded_at: row.responded_at?.toISOString() ?? null,
    responded_by: row.responded_by,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}
