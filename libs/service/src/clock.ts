/** Where services read the time. Deadlines that another process judges use database time instead. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
