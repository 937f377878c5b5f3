import type { ClaimedExecution } from '@attune/db';
import type { Session } from '../presence/session.js';
import type { ApiAccess } from './api-access.js';

/**
 * What the program of this attempt calls the API with; undefined when its execution is given no permissions. Throws
 * when there should be one and the API gives none: the program could do nothing of what it is for.
 */
export async function executionToken(
  api: ApiAccess,
  { id, attempt, permission_set_refs, executor }: ClaimedExecution,
  session: Session,
): Promise<string | undefined> {
  if (permission_set_refs.length === 0 || executor === null) return undefined;
  const body = { execution_id: id, attempt };
  const { data } = await api.ask(session, (client) => client.daemonTokens.execution({ body }));
  return data.token;
}
