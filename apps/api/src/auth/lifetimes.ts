/** Seconds that tokens of each kind live; a sensor asks for what it needs. */
export const lifetimes = { worker: 3_600, execution: 86_400, longestSensor: 259_200 } as const;

/** A signing key verifies for as long after its retirement. */
export function longestLifeSeconds({ accessSeconds }: { accessSeconds: number }): number {
  return Math.max(accessSeconds, ...Object.values(lifetimes));
}
