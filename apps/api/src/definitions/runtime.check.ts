import { checkInput } from '@attune/contract';
import type { NewRuntime, RuntimeRow } from '@attune/db';
import type { ErrorDetail } from '@attune/domain';
import { checkPlaceholders, runtimeSettings } from '@attune/packs';
import type { Draft } from './definition-kind.js';

/** What workers would run has the form that files of packs must have. */
export async function checkRuntime({ after }: Draft<RuntimeRow, NewRuntime>): Promise<ErrorDetail[]> {
  const { execution_config: config = {}, distributions = {} } = after;
  return [
    ...shapeFaults('distributions', distributions),
    ...shapeFaults('execution_config', config),
    ...checkPlaceholders(config, 'execution_config'),
  ];
}

function shapeFaults(name: keyof typeof runtimeSettings, value: unknown): ErrorDetail[] {
  const checked = checkInput(runtimeSettings[name], value, 'body');
  if (checked.ok) return [];
  return checked.details.map((fault) => ({
    ...fault,
    path: fault.path === '' ? name : `${name}.${fault.path}`,
  }));
}
