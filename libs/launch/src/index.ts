export { startProcess, type AttuneProcess, type ExitInfo, type ProcessOptions } from './attune-process.js';
export { startFiveServices, serviceNames, type FiveServices, type ServiceName } from './five-services.js';
export { freePort } from './free-port.js';
