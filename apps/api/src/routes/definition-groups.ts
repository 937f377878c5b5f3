import { actionHandlers } from './action.route.js';
import { packHandlers } from './pack.route.js';
import { policyHandlers } from './policy.route.js';
import { ruleTrialHandlers } from './rule-trial.route.js';
import { ruleHandlers } from './rule.route.js';
import { runtimeHandlers } from './runtime.route.js';
import { sensorHandlers } from './sensor.route.js';
import { triggerHandlers } from './trigger.route.js';

/** Handlers of everything that packs bring and people make. */
export const definitionGroupHandlers = {
  packs: packHandlers,
  runtimes: runtimeHandlers,
  triggers: triggerHandlers,
  sensors: sensorHandlers,
  actions: actionHandlers,
  rules: { ...ruleHandlers, ...ruleTrialHandlers },
  policies: policyHandlers,
};
