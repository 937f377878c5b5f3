import { UnauthenticatedError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import type { NotifierContext } from '../context.js';
import type { AccessClaims } from './access-tokens.js';

/** Longest delay a timer takes. */
const maxTimerMs = 2 ** 31 - 1;

/** Who listens, and until when. */
export class Session {
  readonly #ctx: Pick<NotifierContext, 'tokens' | 'principals' | 'clock'>;
  readonly #onExpiry: (error: UnauthenticatedError) => void;
  #claims: AccessClaims | undefined;
  #expiry: NodeJS.Timeout | undefined;

  constructor(
    ctx: Pick<NotifierContext, 'tokens' | 'principals' | 'clock'>,
    onExpiry: (error: UnauthenticatedError) => void,
  ) {
    this.#ctx = ctx;
    this.#onExpiry = onExpiry;
  }

  get isOpen(): boolean {
    return this.#claims !== undefined;
  }

  get expiresAt(): Date | undefined {
    return this.#claims?.expiresAt;
  }

  /** Opens the session, or prolongs it with a newer token of the same account. Throws UnauthenticatedError. */
  async authenticate(token: string): Promise<Principal> {
    const claims = await this.#ctx.tokens.verify(token);
    const principal = await this.#ctx.principals.current(claims);
    if (this.#claims !== undefined && this.#claims.identityId !== claims.identityId) {
      throw new UnauthenticatedError('the access token is of another account than this stream');
    }
    this.#claims = claims;
    this.#expireAt(claims.expiresAt);
    return principal;
  }

  /** Throws UnauthenticatedError when nobody has logged in, or not any more. */
  async principal(): Promise<Principal> {
    if (this.#claims === undefined)
      throw new UnauthenticatedError('authenticate first: {"type": "auth", "token": …}');
    return this.#ctx.principals.current(this.#claims);
  }

  end(): void {
    clearTimeout(this.#expiry);
  }

  #expireAt(expiresAt: Date): void {
    clearTimeout(this.#expiry);
    const left = expiresAt.getTime() - this.#ctx.clock.now().getTime();
    const expired = new UnauthenticatedError('the access token has expired; refresh it or log in again');
    this.#expiry = setTimeout(() => this.#onExpiry(expired), Math.min(maxTimerMs, Math.max(0, left)));
  }
}
