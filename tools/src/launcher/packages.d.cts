/** Whether node_modules below the root is what its package-lock.json says. */
export function isInstalled(root: string): boolean;
/** Runs npm ci with a line of progress; ends the process when that fails. */
export function install(root: string): Promise<void>;
