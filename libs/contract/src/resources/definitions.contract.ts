import { actionRoutes } from './action.contract.js';
import { packRoutes } from './pack.contract.js';
import { policyRoutes } from './policy.contract.js';
import { ruleTrialRoutes } from './rule-trial.contract.js';
import { ruleRoutes } from './rule.contract.js';
import { runtimeRoutes } from './runtime.contract.js';
import { sensorRoutes } from './sensor.contract.js';
import { triggerRoutes } from './trigger.contract.js';

/** Everything that packs bring and people make. */
export const definitionGroups = {
  packs: packRoutes,
  runtimes: runtimeRoutes,
  triggers: triggerRoutes,
  sensors: sensorRoutes,
  actions: actionRoutes,
  rules: { ...ruleRoutes, ...ruleTrialRoutes },
  policies: policyRoutes,
} as const;
