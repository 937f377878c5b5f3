export { formatProblem, PackLoadError } from './pack-problem.js';
export type { PackProblem } from './pack-problem.js';
export { loadPack } from './load-pack.js';
export type {
  LoadedAction,
  LoadedPack,
  LoadedPermissionSet,
  LoadedPolicy,
  LoadedRule,
  LoadedRuntime,
  LoadedSensor,
  LoadedTrigger,
} from './loaded-pack.js';
export { installPack } from './install-pack.js';
export type { DefinitionChange, InstallOptions, InstallOutcome } from './install-pack.js';
