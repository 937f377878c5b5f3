import type { ArtifactRetention } from '@attune/domain';
import { definitionTable } from '../definition-table.js';
import { containsWords, equals, matchesRef } from '../filter.js';
import { byRef } from '../page.js';
import type { SensorRow } from '../schema/index.js';
import { listOf } from '../table.js';
import { componentLimits } from '../visible.js';

export interface NewSensor {
  ref: string;
  label: string;
  description?: string | null | undefined;
  entrypoint: string;
  runtime_ref: string;
  runtime_version_constraint?: string | null | undefined;
  enabled?: boolean | undefined;
  /** Made by a person, not by the files of the pack: survives updates of the pack. */
  is_adhoc?: boolean | undefined;
  partitions?: number | undefined;
  param_schema?: Record<string, unknown> | null | undefined;
  config?: Record<string, unknown> | null | undefined;
  worker_selector?: Record<string, unknown> | undefined;
  worker_tolerations?: readonly unknown[] | undefined;
  worker_affinity?: Record<string, unknown> | undefined;
  log_retention_policy?: ArtifactRetention | null | undefined;
  log_retention_limit?: number | null | undefined;
  artifact_retention_policy?: ArtifactRetention | null | undefined;
  artifact_retention_limit?: number | null | undefined;
}

export interface SensorFilter {
  /** `*` is a wildcard, here and in other refs. */
  ref?: string | undefined;
  pack_ref?: string | undefined;
  enabled?: boolean | undefined;
  runtime_ref?: string | undefined;
  is_adhoc?: boolean | undefined;
  /** Words that must all occur in ref, label or description. */
  search?: string | undefined;
}

const sensors = definitionTable<SensorRow, NewSensor>('sensor', {
  refersTo: ['runtime'],
  namedBy: { table: 'trigger', column: 'sensor' },
});

/** Triggers that name it by ref and lost it when it was deleted have it again. */
export const insertSensor = sensors.insert;

export const findSensor = sensors.find;

export const findSensorByRef = sensors.findByRef;

export const getSensor = sensors.get;

export const getSensorByRef = sensors.getByRef;

/** By ref. */
export const listSensors = listOf<SensorRow, SensorFilter>('sensor', {
  order: byRef('sensor'),
  limits: componentLimits('sensor'),
  conditions: (filter) => [
    matchesRef('sensor.ref', filter.ref),
    matchesRef('sensor.pack_ref', filter.pack_ref),
    matchesRef('sensor.runtime_ref', filter.runtime_ref),
    equals('sensor.enabled', filter.enabled),
    equals('sensor.is_adhoc', filter.is_adhoc),
    containsWords(['sensor.ref', 'sensor.label', 'sensor.description'], filter.search),
  ],
});

export const updateSensor = sensors.update;

/** Its triggers stay, without a sensor. */
export const deleteSensor = sensors.delete;

export const restoreSensor = sensors.restore;
