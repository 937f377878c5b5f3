import type { LoadedPack } from './loaded-pack.js';

/**
 * Reads and checks a pack directory. Strict: any unknown key, wrong type, dangling reference, bad
 * expression or missing program is an error. Throws PackLoadError with all problems at once; touches
 * nothing outside the directory and runs none of the pack's code.
 */
export declare function loadPack(directory: string): Promise<LoadedPack>;
