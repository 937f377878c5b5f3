import type { ClaimedExecution } from '@attune/db';
import { holdsSecret, resolveParameters } from '@attune/domain';
import type { Session } from '../presence/session.js';
import type { RunRequest } from '../runtimes/runtime.js';
import type { ApiAccess } from './api-access.js';

export interface OpenedParameters {
  readonly parameters: RunRequest['parameters'];
  /** What was opened: must not be seen in the output. */
  readonly secrets: readonly unknown[];
}

/**
 * The parameters with their secrets, which only the API opens; undefined when they hold none. They are checked now
 * that they are known: what does not fit is told by its path, never by what it is.
 */
export async function openParameters(
  api: ApiAccess,
  parameters: RunRequest['parameters'],
  { claimed, session }: { claimed: ClaimedExecution; session: Session },
): Promise<OpenedParameters | undefined> {
  if (!holdsSecret(parameters)) return undefined;
  const body = { execution_id: claimed.id, attempt: claimed.attempt };
  const { data } = await api.ask(session, (client) => client.daemonTokens.parameters({ body }));
  const { param_schema } = claimed.action_snapshot;
  const { values, issues } = resolveParameters(param_schema, data.parameters, 'parameters');
  if (issues.length === 0) return { parameters: values, secrets: data.secrets };
  const paths = [...new Set(issues.map(({ path }) => path))];
  throw new Error(`what is opened does not fit the schema of the action: ${paths.join(', ')}`);
}
