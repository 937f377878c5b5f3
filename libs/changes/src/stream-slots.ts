import { RateLimitedError } from '@attune/domain';

export interface StreamSlotsOptions {
  /** Streams of this process. */
  max: number;
  /** Of them, those of one identity. */
  maxPerIdentity: number;
}

/** How many streams a process serves at once, so that nobody takes all of them. */
export class StreamSlots {
  readonly #options: StreamSlotsOptions;
  readonly #byIdentity = new Map<number, number>();
  #taken = 0;

  constructor(options: StreamSlotsOptions) {
    this.#options = options;
  }

  /** Gives back what it took; idempotent. Throws RateLimitedError. */
  take(identityId: number): () => void {
    const { max, maxPerIdentity } = this.#options;
    const own = this.#byIdentity.get(identityId) ?? 0;
    if (this.#taken >= max) {
      throw new RateLimitedError(`this server has ${max} streams open already; try again later`);
    }
    if (own >= maxPerIdentity) {
      throw new RateLimitedError(`this account has ${maxPerIdentity} streams open already; close one first`);
    }
    this.#taken += 1;
    this.#byIdentity.set(identityId, own + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#giveBack(identityId);
      isTaken = false;
    };
  }

  #giveBack(identityId: number): void {
    const left = (this.#byIdentity.get(identityId) ?? 1) - 1;
    this.#taken -= 1;
    if (left > 0) this.#byIdentity.set(identityId, left);
    else this.#byIdentity.delete(identityId);
  }
}
