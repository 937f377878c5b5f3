import { Delivery, shownChange } from '@attune/changes';
import type { Listener, Subscription, Told } from '@attune/changes';
import {
  AttuneError,
  ConflictError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '@attune/domain';
import type { Principal } from '@attune/domain';
import type { Log } from '@attune/service';
import type { WebSocket } from 'ws';
import type { NotifierContext } from '../context.js';
import { filterOf } from './client-message.js';
import type { ClientMessage, SubscribeMessage } from './client-message.js';
import { closeCodes } from './close-codes.js';
import { Inbox } from './inbox.js';
import { Outlet } from './outlet.js';
import { Session } from './session.js';

/** Wrong messages a client may send before it is sent away. */
const patience = 20;
/** Longest delay a timer takes. */
const maxTimerMs = 2 ** 31 - 1;

/** One client: authenticates, subscribes, and is told what it may read. */
export class Connection {
  readonly #ctx: NotifierContext;
  readonly #log: Log;
  readonly #outlet: Outlet;
  readonly #session: Session;
  readonly #delivery: Delivery;
  readonly #subscriptions = new Map<string, Subscription<Listener>>();
  readonly #authDeadline: NodeJS.Timeout;
  #giveBackSlot: (() => void) | undefined;
  #faults = 0;

  /** `token`: that of the request, when it had one; otherwise the client has to send it in time. */
  constructor(socket: WebSocket, ctx: NotifierContext, token?: string) {
    const { fanOut, settings, log } = ctx;
    this.#ctx = ctx;
    this.#log = log;
    this.#outlet = new Outlet(socket, settings.max_buffered_bytes, log);
    this.#session = new Session(ctx, (error) => this.#fail(error));
    this.#delivery = new Delivery({
      principal: () => this.#session.principal(),
      maxWaiting: settings.max_waiting,
      onTooSlow: () => this.#outlet.close(closeCodes.tooMuch, 'too slow'),
    });
    this.#authDeadline = setTimeout(
      () => this.#outlet.close(closeCodes.authTimeout, 'not authenticated in time'),
      settings.auth_timeout_ms,
    );
    const inbox = new Inbox({
      handle: (message) => this.#handle(message),
      fail: (error) => this.#refuse(error),
      maxPerSecond: settings.max_messages_per_second,
      overflow: () => this.#outlet.close(closeCodes.tooMuch, 'too many messages at once'),
    });
    socket.on('message', (data, isBinary) => inbox.receive(data, isBinary));
    socket.on('error', (error) => log.debug({ event: 'stream.error', err: error }, 'a stream broke'));
    socket.once('close', () => this.#leave());
    fanOut.join(this.#delivery);
    void this.#deliver();
    if (token !== undefined) inbox.run(() => this.#authenticate(token));
  }

  /** Ends the stream if its session is over; for clients that nothing is delivered to. */
  async recheck(): Promise<void> {
    if (this.#session.isOpen) await this.#session.principal().catch((error: unknown) => this.#fail(error));
  }

  close(): void {
    this.#outlet.close(closeCodes.goingAway, 'the notifier stops');
  }

  async #handle(message: ClientMessage): Promise<void> {
    if (message.type === 'auth') return this.#authenticate(message.token);
    const principal = await this.#session.principal();
    if (message.type === 'subscribe') this.#subscribe(message, principal);
    else if (message.type === 'unsubscribe') this.#unsubscribe(message.id);
    else this.#tell({ type: 'pong', ...this.#position() });
  }

  async #authenticate(token: string): Promise<void> {
    const { login, identityId } = await this.#session.authenticate(token);
    clearTimeout(this.#authDeadline);
    if (!this.#outlet.isOpen) return;
    this.#giveBackSlot ??= this.#ctx.slots.take(identityId);
    const expires_at = this.#session.expiresAt?.toISOString() ?? null;
    this.#tell({ type: 'ready', login, expires_at, ...this.#position() });
  }

  #subscribe({ id, filter, after }: SubscribeMessage, { identityId }: Principal): void {
    const { fanOut, settings } = this.#ctx;
    if (this.#subscriptions.has(id)) throw new ConflictError('subscription', 'id', id);
    if (this.#subscriptions.size >= settings.max_subscriptions) {
      throw new ValidationError(`a stream has at most ${settings.max_subscriptions} subscriptions`);
    }
    const subscription = { owner: this.#delivery, id, filter: filterOf(filter, identityId) };
    this.#subscriptions.set(id, subscription);
    const isComplete = fanOut.subscribe(subscription, after);
    this.#tell({ type: 'subscribed', id, ...(after === undefined ? this.#position() : {}) });
    if (!isComplete) {
      this.#tell({ type: 'reset', subscription: id, reason: 'too long ago to resume', ...this.#position() });
    }
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) throw new ValidationError(`there is no subscription '${id}'`);
    this.#subscriptions.delete(id);
    this.#ctx.fanOut.unsubscribe(subscription);
    this.#tell({ type: 'unsubscribed', id });
  }

  /** Where the client stands, once it was told everything. */
  #position(): { after?: string } {
    const { position } = this.#ctx.fanOut;
    return position === undefined || !this.#delivery.isIdle ? {} : { after: position };
  }

  async #deliver(): Promise<void> {
    try {
      while (this.#outlet.isOpen) {
        const told = await this.#delivery.next(maxTimerMs);
        if (told !== undefined) this.#tell(this.#messageOf(told));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #messageOf(told: Told): object {
    if (told.kind === 'reset') {
      return { type: 'reset', reason: 'changes may have been missed', ...this.#position() };
    }
    return { type: 'change', subscriptions: told.subscriptionIds, ...shownChange(told.change) };
  }

  /** A message that is wrong is answered; too many of them, or no right to be here, end the stream. */
  #refuse(error: unknown): void {
    if (!isAnswerable(error)) {
      this.#fail(error);
      return;
    }
    this.#tell({ type: 'error', code: error.code, message: error.message, details: error.details });
    this.#faults += 1;
    if (this.#faults >= patience) this.#outlet.close(closeCodes.badMessages, 'too many wrong messages');
  }

  #fail(error: unknown): void {
    if (error instanceof UnauthenticatedError) {
      this.#tell({ type: 'error', code: error.code, message: error.message, details: [] });
      this.#outlet.close(closeCodes.unauthenticated, error.message);
    } else if (error instanceof RateLimitedError) {
      this.#outlet.close(closeCodes.tooMuch, error.message);
    } else {
      this.#log.error({ event: 'stream.failed', err: error }, 'a stream cannot be served');
      this.#outlet.close(closeCodes.tryAgainLater, 'try again later');
    }
  }

  #tell(message: object): void {
    this.#outlet.send(JSON.stringify(message));
  }

  #leave(): void {
    clearTimeout(this.#authDeadline);
    this.#session.end();
    this.#delivery.stop();
    for (const subscription of this.#subscriptions.values()) this.#ctx.fanOut.unsubscribe(subscription);
    this.#ctx.fanOut.leave(this.#delivery);
    this.#giveBackSlot?.();
  }
}

/** A fault of the message, not of whoever sends it. */
function isAnswerable(error: unknown): error is AttuneError {
  const isFinal = error instanceof UnauthenticatedError || error instanceof RateLimitedError;
  return error instanceof AttuneError && !isFinal;
}
