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
    ...document.trigger_types.flatMap((ref, index) => checkEmitted(contents, sensor, { ref, index })),
  ];
}

/** A sensor emits triggers of its own pack, and each trigger has one sensor. */
function checkEmitted(
  contents: PackContents,
  { source, document }: Sourced<SensorDocument>,
  { ref, index }: { ref: string; index: number },
): PackProblem[] {
  const path = ['trigger_types', index];
  if (!ref.startsWith(`${contents.packRef}.`))
    return [source.problemAt(path, `'${ref}' is not of this pack`)];
  const first = contents.components.sensors.find((other) => other.document.trigger_types.includes(ref));
  if (first !== undefined && first.document.ref !== document.ref) {
    return [source.problemAt(path, `'${ref}' is emitted by ${first.document.ref} already`)];
  }
  return checkReference(contents, source, { path, ref, folder: 'triggers' });
}
