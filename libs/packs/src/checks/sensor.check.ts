import type { SensorDocument } from '../documents/sensor.document.js';
import type { PackContents, Sourced } from '../pack-contents.js';
import type { PackProblem } from '../pack-problem.js';
import { checkEntryPoint } from './entry-point.check.js';
import { checkReference, checkRunnerType } from './reference.check.js';
import { checkSchemas } from './schema.check.js';

export function checkSensor(contents: PackContents, sensor: Sourced<SensorDocument>): PackProblem[] {
  const { source, document } = sensor;
  const { runner_type: runnerType, entry_point: entryPoint } = document;
  return [
    ...checkSchemas(source, { parameters: document.parameters }),
    ...checkRunnerType(contents, source, runnerType),
    ...checkEntryPoint(contents, source, { folder: 'sensors', runnerType, entryPoint }),
    ...document.trigger_types.flatMap((ref, index) =>
      checkReference(contents, source, { path: ['trigger_types', index], ref, folder: 'triggers' }),
    ),
  ];
}
