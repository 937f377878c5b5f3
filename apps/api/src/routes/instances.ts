import type { ArtifactStore } from '../artifacts/artifact-store.js';
import type { Handlers } from '../http/call.js';
import { artifactVersionHandlers } from './artifact-version.route.js';
import { artifactHandlers } from './artifact.route.js';
import { enforcementHandlers } from './enforcement.route.js';
import { eventHandlers } from './event.route.js';
import { executionListHandlers } from './execution-lists.route.js';
import { executionHandlers } from './execution.route.js';
import { inquiryHandlers } from './inquiry.route.js';
import { keyHandlers } from './key.route.js';
import { traceHandlers } from './trace.route.js';

type InstanceHandlers = Pick<
  Handlers,
  | 'events'
  | 'enforcements'
  | 'executions'
  | 'executionLists'
  | 'traces'
  | 'inquiries'
  | 'keys'
  | 'artifacts'
  | 'artifactVersions'
>;

/** Of what comes into being while things run, and of what is kept for it. */
export function instanceHandlers(artifacts: ArtifactStore): InstanceHandlers {
  return {
    events: eventHandlers,
    enforcements: enforcementHandlers,
    executions: executionHandlers,
    executionLists: executionListHandlers,
    traces: traceHandlers,
    inquiries: inquiryHandlers,
    keys: keyHandlers,
    artifacts: artifactHandlers(artifacts),
    artifactVersions: artifactVersionHandlers(artifacts),
  };
}
