/** Why a stream ended; 4000 and above are ours, the others those of the protocol. */
export const closeCodes = {
  goingAway: 1001,
  tryAgainLater: 1013,
  badMessages: 4400,
  unauthenticated: 4401,
  authTimeout: 4408,
  tooMuch: 4429,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
