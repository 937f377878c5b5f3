import type { NewTrigger, TriggerRow } from '@attune/db';
import { checkParameterSchema } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';
import type { Asker, Draft } from './definition-kind.js';
import { checkReference } from './reference.check.js';

export async function checkTrigger(
  asker: Asker,
  { after }: Draft<TriggerRow, NewTrigger>,
): Promise<ErrorDetail[]> {
  const { param_schema = null, out_schema = null, sensor_ref: ref = null } = after;
  return [
    ...checkParameterSchema(param_schema, 'param_schema'),
    ...checkParameterSchema(out_schema, 'out_schema'),
    ...(ref === null ? [] : await checkReference(asker, { path: 'sensor_ref', entity: 'sensor', ref })),
  ];
}
