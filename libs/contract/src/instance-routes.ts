import { artifactVersionRoutes } from './resources/artifact-version.contract.js';
import { artifactRoutes } from './resources/artifact.contract.js';
import { enforcementRoutes } from './resources/enforcement.contract.js';
import { eventRoutes } from './resources/event.contract.js';
import { executionRoutes } from './resources/execution.contract.js';
import { keyRoutes } from './resources/key.contract.js';

/** What comes into being while things run, and what is kept for it. */
export const instanceRoutes = {
  events: eventRoutes,
  enforcements: enforcementRoutes,
  executions: executionRoutes,
  keys: keyRoutes,
  artifacts: artifactRoutes,
  artifactVersions: artifactVersionRoutes,
} as const;
