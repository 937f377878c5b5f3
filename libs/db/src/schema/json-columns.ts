import type { JsonText } from './column.js';
import type { Schema } from './index.js';

type JsonColumn<Table> = {
  [Name in keyof Table]: Table[Name] extends { __insert__: infer Insert }
    ? [Insert] extends [never]
      ? never
      : NonNullable<Insert> extends JsonText
        ? Name
        : never
    : never;
}[keyof Table];

/** Every jsonb column; the compiler refuses a missing or a wrong one. */
export const jsonColumns: {
  [Table in keyof Schema as JsonColumn<Schema[Table]> extends never ? never : Table]: Record<
    JsonColumn<Schema[Table]>,
    true
  >;
} = {
  action: {
    required_worker_runtimes: true,
    worker_selector: true,
    worker_tolerations: true,
    worker_affinity: true,
    param_schema: true,
    out_schema: true,
    retry: true,
    workflow: true,
  },
  api_token: { scope: true },
  artifact_version: { content_json: true, meta: true },
  artifact: { data: true },
  audit_event: { details: true },
  definition_version: { content: true },
  dispatch_queue: { placement: true },
  enforcement: { config: true },
  event: { config: true, payload: true },
  execution: {
    config: true,
    env_vars: true,
    retry: true,
    worker_selector: true,
    worker_tolerations: true,
    worker_affinity: true,
    result: true,
  },
  idempotent_request: { answer: true },
  identity: { attributes: true },
  inquiry: { response_schema: true, response: true, default_response: true },
  key: { value: true },
  ledger_check: { counts: true, imbalances: true },
  notification: { content: true },
  pack_test_run: { result: true },
  pack: { conf_schema: true, config: true, meta: true, dependencies: true },
  permission_set: { grants: true },
  retention: { position: true },
  rule_flow: { state: true },
  rule: {
    trigger_params: true,
    conditions: true,
    action_params: true,
    retry: true,
    dedupe: true,
    throttle: true,
    debounce: true,
  },
  runtime_version: { execution_config: true, distributions: true, meta: true },
  runtime: {
    distributions: true,
    installation: true,
    installers: true,
    execution_config: true,
    detection_config: true,
  },
  sensor_run: { checkpoint: true },
  sensor: {
    param_schema: true,
    config: true,
    worker_selector: true,
    worker_tolerations: true,
    worker_affinity: true,
  },
  signing_key: { public_jwk: true, private_sealed: true },
  timer: { params: true },
  trigger: {
    param_schema: true,
    out_schema: true,
    webhook_key_sealed: true,
    webhook_secret_sealed: true,
    webhook_previous_secret_sealed: true,
    webhook_config: true,
  },
  webhook_delivery: { headers: true },
  worker: { capabilities: true, meta: true },
  workflow_run: { state: true, variables: true },
};
