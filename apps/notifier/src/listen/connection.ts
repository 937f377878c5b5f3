import { AttuneError, ConflictError, UnauthenticatedError, ValidationError } from '@attune/domain';
import type { Principal } from '@attune/domain';
import type { Log } from '@attune/service';
import type { WebSocket } from 'ws';
import type { NotifierContext } from '../context.js';
import type { Change } from '../deliver/change.js';
import type { Position } from '../deliver/change-log.js';
import { Delivery, TooSlowError } from '../deliver/delivery.js';
import type { Listener } from '../deliver/fan-out.js';
import type { Subscription } from '../deliver/subscription-index.js';
import { filterOf } from './client-message.js';
import type { ClientMessage, SubscribeMessage } from './client-message.js';
import { closeCodes } from './close-codes.js';
import { Inbox } from './inbox.js';
import { Outlet } from './outlet.js';
import { Session } from './session.js';

/** Wrong messages a client may send before it is sent away. */
const patience = 20;

/** One client: authenticates, subscribes, and is told what it may read. */
export class Connection implements Listener {
  readonly #ctx: NotifierContext;
  readonly #log: Log;
  readonly #outlet: Outlet;
  readonly #session: Session;
  readonly #delivery: Delivery;
  readonly #subscriptions = new Map<string, Subscription<Listener>>();
  readonly #authDeadline: NodeJS.Timeout;
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
      send: (frame) => this.#outlet.send(frame),
      fail: (error) => this.#fail(error),
    });
    this.#authDeadline = setTimeout(
      () => this.#outlet.close(closeCodes.authTimeout, 'not authenticated in time'),
      settings.auth_timeout_ms,
    );
    const inbox = new Inbox({
      handle: (message) => this.#handle(message),
      fail: (error) => this.#refuse(error),
      overflow: () => this.#outlet.close(closeCodes.tooMuch, 'too many messages at once'),
    });
    socket.on('message', (data, isBinary) => inbox.receive(data, isBinary));
    socket.on('error', (error) => log.debug({ event: 'stream.error', err: error }, 'a stream broke'));
    socket.once('close', () => this.#leave());
    fanOut.join(this);
    if (token !== undefined) inbox.run(() => this.#authenticate(token));
  }

  offer(change: Change, subscriptionIds: readonly string[]): void {
    this.#delivery.offer(change, subscriptionIds);
  }

  reset(position: Position): void {
    if (!this.#session.isOpen) return;
    this.#tell({ type: 'reset', reason: 'changes may have been missed', ...position });
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
    else this.#unsubscribe(message.id);
  }

  async #authenticate(token: string): Promise<void> {
    const { login } = await this.#session.authenticate(token);
    clearTimeout(this.#authDeadline);
    const expires_at = this.#session.expiresAt?.toISOString() ?? null;
    this.#tell({ type: 'ready', login, expires_at, ...this.#ctx.fanOut.position });
  }

  #subscribe({ id, filter, resume }: SubscribeMessage, { identityId }: Principal): void {
    const { fanOut, settings } = this.#ctx;
    if (this.#subscriptions.has(id)) throw new ConflictError('subscription', 'id', id);
    if (this.#subscriptions.size >= settings.max_subscriptions) {
      throw new ValidationError(`a stream has at most ${settings.max_subscriptions} subscriptions`);
    }
    const subscription = { owner: this, id, filter: filterOf(filter, identityId) };
    this.#subscriptions.set(id, subscription);
    const { position } = fanOut;
    const isComplete = fanOut.subscribe(subscription, resume);
    this.#tell({ type: 'subscribed', id, ...position });
    if (!isComplete)
      this.#tell({ type: 'reset', subscription: id, reason: 'too long ago to resume', ...position });
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) throw new ValidationError(`there is no subscription '${id}'`);
    this.#subscriptions.delete(id);
    this.#ctx.fanOut.unsubscribe(subscription);
    this.#tell({ type: 'unsubscribed', id });
  }

  /** A message that is wrong is answered; too many of them, or no right to be here, end the stream. */
  #refuse(error: unknown): void {
    if (!(error instanceof AttuneError) || error instanceof UnauthenticatedError) {
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
    } else if (error instanceof TooSlowError) {
      this.#outlet.close(closeCodes.tooMuch, 'too slow');
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
    this.#ctx.fanOut.leave(this);
  }
}
