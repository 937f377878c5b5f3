import type { ClaimedExecution } from '@attune/db';
import { holdsSecret, resolveParameters } from '@attune/domain';
import type { Session } from '../presence/session.js';
import type { RunRequest } from '../runtimes/runtime.js';
import type { ApiAccess } from './api-access.js';

type Parameters = RunRequest['parameters'];

/**
 * The parameters with their secrets, which only the API opens; as they are when they hold none. They are checked now
 * that they are known: what does not fit is told by its path, never by what it is.
 */
export async function openParameters(
  api: ApiAccess,
  parameters: Parameters,
  { claimed, session }: { claimed: ClaimedExecution; session: Session },
): Promise<Parameters> {
  if (!holdsSecret(parameters)) return parameters;
  const body = { execution_id: claimed.id, attempt: claimed.attempt };
  const { data } = await api.ask(session, (client) => client.daemonTokens.parameters({ body }));
  const { param_schema } = claimed.action_snapshot;
  const { values, issues } = resolveParameters(param_schema, data.parameters, 'parameters');
  if (issues.length === 0) return values;
  const paths = [...new Set(issues.map(({ path }) => path))];
  throw new Error(`what is opened does not fit the schema of the action: ${paths.join(', ')}`);
}
