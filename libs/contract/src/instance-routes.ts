import { artifactVersionRoutes } from './resources/artifact-version.contract.js';
import { artifactRoutes } from './resources/artifact.contract.js';
import { enforcementRoutes } from './resources/enforcement.contract.js';
import { eventRoutes } from './resources/event.contract.js';
import { executionListRoutes } from './resources/execution-lists.contract.js';
import { executionRoutes } from './resources/execution.contract.js';
import { inquiryRoutes } from './resources/inquiry.contract.js';
import { keyRoutes } from './resources/key.contract.js';
import { traceRoutes } from './resources/trace.contract.js';

/** What comes into being while things run, and what is kept for it. */
export const instanceRoutes = {
  events: eventRoutes,
  enforcements: enforcementRoutes,
  executions: executionRoutes,
  executionLists: executionListRoutes,
  traces: traceRoutes,
  inquiries: inquiryRoutes,
  keys: keyRoutes,
  artifacts: artifactRoutes,
  artifactVersions: artifactVersionRoutes,
} as const;
