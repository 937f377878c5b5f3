import type { NewSensor, SensorRow } from '@attune/db';
import { checkParameterSchema, resolveParameters } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { Asker, Draft } from './definition-kind.js';
import { checkReference } from './reference.check.js';
import { checkVersionRanges } from './version-range.check.js';

export async function checkSensor(
  asker: Asker,
  { after }: Draft<SensorRow, NewSensor>,
): Promise<ErrorDetail[]> {
  const { entrypoint, runtime_ref: ref, param_schema: schema = null, config = null } = after;
  const schemaFaults = checkParameterSchema(schema, 'param_schema');
  return [
    ...checkProgramPath(entrypoint),
    ...(await checkReference(asker, { path: 'runtime_ref', entity: 'runtime', ref })),
    ...checkVersionRanges({ runtime_version_constraint: after.runtime_version_constraint }),
    ...schemaFaults,
    ...(schemaFaults.length > 0 ? [] : resolveParameters(schema, config ?? {}, 'config').issues),
  ];
}

/** It is looked for in the directory of the pack, and nowhere else. */
function checkProgramPath(path: string): ErrorDetail[] {
  const isInside = !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..');
  return isInside ? [] : [{ path: 'entrypoint', message: 'must be a path inside of the pack' }];
}
