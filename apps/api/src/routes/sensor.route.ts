import { updateSensorBody } from '@attune/contract';
import type { Routes } from '@attune/contract';
import {
  deleteSensor,
  findSensor,
  findSensorByRef,
  insertSensor,
  listSensors,
  updateSensor,
} from '@attune/db';
import { listSensorRuns } from '@attune/db';
import type { NewSensor, SensorRow, SensorRunRow } from '@attune/db';
import { componentResource } from '../access/resource.js';
import type { DefinitionKind } from '../definitions/definition-kind.js';
import { withKeptSecrets } from '../definitions/kept-secrets.js';
import { checkSensor } from '../definitions/sensor.check.js';
import { withoutSecrets } from '../definitions/without-secrets.js';
import type { Call, GroupHandlers } from '../http/call.js';
import {
  definitionHandlers,
  listDefinitions,
  loadDefinition,
  switchHandlers,
} from './definition-handlers.js';
import { parentRef } from './definition-parent.js';
import { versionHandlers } from './definition-versions.js';
import { packKind } from './pack.route.js';
import { triggerKind } from './trigger.route.js';

type SensorRoutes = Routes['sensors'];
type Body = Call<SensorRoutes['update']>['body'] & { pack_ref?: string | undefined };

const maxPartitions = 1000;

const sensorKind: DefinitionKind<SensorRow, NewSensor, Body, ReturnType<typeof showSensor>> = {
  type: 'sensor',
  resource: 'sensors',
  fields: [...updateSensorBody.keyof().options],
  store: {
    find: findSensor,
    findByRef: findSensorByRef,
    list: listSensors,
    insert: insertSensor,
    update: updateSensor,
    delete: deleteSensor,
  },
  resourceOf: ({ ref, id }) => componentResource(ref, id),
  show: showSensor,
  hideIn: (version, newest) => ({
    ...version,
    config: version.config && withoutSecrets(newest.param_schema, version.config),
  }),
  valuesOf: ({ pack_ref: _pack, config, ...values }, _asker, before) => ({
    ...values,
    config:
      config && withKeptSecrets(values.param_schema ?? before?.param_schema, config, before?.config ?? null),
  }),
  bornWith: () => ({ is_adhoc: true }),
  check: checkSensor,
};

export const sensorHandlers: GroupHandlers<SensorRoutes> = {
  ...definitionHandlers(sensorKind),
  ...switchHandlers(sensorKind),
  ...versionHandlers(sensorKind),
  listByPack: async (call) =>
    listDefinitions(sensorKind, call, { pack_ref: await parentRef(packKind, call) }),
  listByTrigger: async (call) =>
    listDefinitions(sensorKind, call, { trigger_ref: await parentRef(triggerKind, call) }),
  state: async ({ ctx, params, access }) => {
    const { id, ref, enabled } = await readable({ ctx, params, access });
    const { items } = await listSensorRuns(ctx.db, { sensor: id }, { limit: maxPartitions });
    return { sensor_ref: ref, enabled, runs: items.map(showRun) };
  },
};

async function readable({
  ctx,
  params,
  access,
}: Pick<Call<SensorRoutes['state']>, 'ctx' | 'params' | 'access'>) {
  const row = await loadDefinition(sensorKind, ctx.db, params.ref);
  access.require(sensorKind.resourceOf(row));
  return row;
}

function showSensor(row: SensorRow) {
  return {
    ...row,
    config: row.config && withoutSecrets(row.param_schema, row.config),
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
  };
}

function showRun(row: SensorRunRow) {
  return {
    partition: row.partition,
    status: row.status,
    worker: row.worker,
    lease_expires_at: at(row.lease_expires_at),
    restart_count: row.restart_count,
    consecutive_failures: row.consecutive_failures,
    last_error: row.last_error,
    last_exit_code: row.last_exit_code,
    last_signal: row.last_signal,
    stderr_excerpt: row.stderr_excerpt,
    last_started_at: at(row.last_started_at),
    last_stopped_at: at(row.last_stopped_at),
    next_restart_at: at(row.next_restart_at),
  };
}

function at(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
