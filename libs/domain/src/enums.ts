import { auditCategories, auditOutcomes, ownerTypes } from './access/owner-type.js';
import { artifactRetentions, artifactTypes, artifactVisibilities } from './artifact/artifact-type.js';
import { enforcementConditions, enforcementStatuses } from './enforcement/enforcement-status.js';
import { eventStatuses } from './event/event-status.js';
import { executionStatuses } from './execution/execution-status.js';
import { inquiryStatuses } from './inquiry/inquiry-status.js';
import { packEnvironmentStatuses } from './pack/pack-environment-status.js';
import { policyMethods } from './policy/policy-method.js';
import { sensorRunStatuses } from './sensor/sensor-run-status.js';
import { workerRoles, workerStatuses, workerTypes } from './worker/worker-status.js';

/**
 * Every PostgreSQL enum type by its name in schema `attune`, labels in catalogue order.
 * A test of libs/db compares this with pg_enum, both ways.
 */
export const enums = {
  worker_type_enum: workerTypes,
  worker_role_enum: workerRoles,
  worker_status_enum: workerStatuses,
  sensor_process_status_enum: sensorRunStatuses,
  event_status_enum: eventStatuses,
  enforcement_status_enum: enforcementStatuses,
  enforcement_condition_enum: enforcementConditions,
  execution_status_enum: executionStatuses,
  inquiry_status_enum: inquiryStatuses,
  policy_method_enum: policyMethods,
  owner_type_enum: ownerTypes,
  notification_status_enum: ['created', 'queued', 'processing', 'error'],
  artifact_type_enum: artifactTypes,
  artifact_retention_enum: artifactRetentions,
  artifact_visibility_enum: artifactVisibilities,
  pack_environment_status_enum: packEnvironmentStatuses,
  work_queue_update_strategy_enum: ['immutable', 'replace', 'merge_patch'],
  work_queue_batch_mode_enum: ['single', 'batch'],
  work_queue_item_status_enum: ['queued', 'leased', 'retry', 'completed', 'failed', 'skipped', 'cancelled'],
  work_queue_dispatch_status_enum: ['leased', 'dispatched', 'completed', 'failed', 'released', 'cancelled'],
  audit_category_enum: auditCategories,
  audit_outcome_enum: auditOutcomes,
} as const satisfies Record<string, readonly string[]>;

export type EnumName = keyof typeof enums;
export type EnumLabel<Name extends EnumName> = (typeof enums)[Name][number];
