export { startProcess } from './attune-process.js';
export type { AttuneProcess } from './attune-process.js';
export { serviceNames } from '@attune/domain';
export type { ServiceName } from '@attune/domain';
export type { FiveServices, FiveServicesOptions } from './five-services.js';
export { freePort } from './free-port.js';
export { startTemporaryInstallation } from './temporary-installation.js';
export type { TemporaryInstallation } from './temporary-installation.js';
export { unlessAborted } from './unless-aborted.js';
