export type { ComponentDocuments, ComponentFolder } from './documents/document-schemas.js';
export { loadPack } from './load-pack.js';
export type { LoadedPack } from './pack-contents.js';
export { checkPlaceholders } from './checks/runtime.check.js';
export { runtimeSettings } from './documents/runtime.document.js';
export { installPack } from './install/install-pack.js';
export type { DefinitionChange, InstallOptions, InstallOutcome } from './install/install-pack.js';
export { isVersion, isVersionRange } from './version-range.js';
