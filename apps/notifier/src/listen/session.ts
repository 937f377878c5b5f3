import { UnauthenticatedError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import type { NotifierContext } from '../context.js';

/** Longest delay a timer takes. */
const maxTimerMs = 2 ** 31 - 1;

interface Held {
  readonly token: string;
  readonly identityId: number;
  readonly expiresAt: Date | null;
}

/** Who listens, and until when. */
export class Session {
  readonly #ctx: Pick<NotifierContext, 'authenticator' | 'clock'>;
  readonly #onExpiry: (error: UnauthenticatedError) => void;
  #held: Held | undefined;
  #expiry: NodeJS.Timeout | undefined;

  constructor(
    ctx: Pick<NotifierContext, 'authenticator' | 'clock'>,
    onExpiry: (error: UnauthenticatedError) => void,
  ) {
    this.#ctx = ctx;
    this.#onExpiry = onExpiry;
  }

  get isOpen(): boolean {
    return this.#held !== undefined;
  }

  /** Null: the token has no end. */
  get expiresAt(): Date | null {
    return this.#held?.expiresAt ?? null;
  }

  /** Opens the session, or prolongs it with a newer token of the same account. Throws UnauthenticatedError. */
  async authenticate(token: string): Promise<Principal> {
    const { principal, expiresAt } = await this.#ctx.authenticator.ofToken(token);
    const { identityId } = principal;
    if (this.#held !== undefined && this.#held.identityId !== identityId) {
      throw new UnauthenticatedError('the access token is of another account than this stream');
    }
    this.#held = { token, identityId, expiresAt };
    this.#expireAt(expiresAt);
    return principal;
  }

  /** Throws UnauthenticatedError when nobody has logged in, or not any more. */
  async principal(): Promise<Principal> {
    if (this.#held === undefined)
      throw new UnauthenticatedError('authenticate first: {"type": "auth", "token": …}');
    return (await this.#ctx.authenticator.ofToken(this.#held.token)).principal;
  }

  end(): void {
    clearTimeout(this.#expiry);
  }

  #expireAt(expiresAt: Date | null): void {
    clearTimeout(this.#expiry);
    if (expiresAt === null) return;
    const left = expiresAt.getTime() - this.#ctx.clock.now().getTime();
    const expired = new UnauthenticatedError('the access token has expired; refresh it or log in again');
    this.#expiry = setTimeout(() => this.#onExpiry(expired), Math.min(maxTimerMs, Math.max(0, left)));
  }
}
