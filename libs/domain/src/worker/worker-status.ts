export const workerTypes = ['local', 'remote', 'container'] as const;
export type WorkerType = (typeof workerTypes)[number];

export const workerRoles = ['action', 'sensor'] as const;
export type WorkerRole = (typeof workerRoles)[number];

export const workerStatuses = ['active', 'inactive', 'busy', 'error'] as const;
export type WorkerStatus = (typeof workerStatuses)[number];
