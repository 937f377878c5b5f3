import type { Socket } from 'node:net';
import type { Log } from '@attune/service';
import { connect } from 'amqplib';
import type { ChannelModel } from 'amqplib';
import { coalesceWrites } from './coalesce-writes.js';
import { within } from './deadline.js';
import { supervise } from './supervise.js';
import type { Supervised } from './supervise.js';

const connectTimeoutMs = 10_000;
const setupTimeoutMs = 20_000;
const closeTimeoutMs = 2_000;
/** Seconds; a silent peer is given up after two to three of them. */
const heartbeat = 8;

export interface RabbitConnectionOptions {
  url: string;
  /** Tells the connections of a process apart: in the broker's list and in logs. */
  name: string;
  log: Log;
  /** Runs on each new connection before anyone else gets it. */
  setup: (model: ChannelModel) => Promise<void>;
}

/**
 * One supervised connection. amqplib's own `recovery` is not used: it has no limit on a handshake's setup or a
 * close, both of which hang on a frozen peer, and leaves half-open sockets to the kernel.
 */
export class RabbitConnection {
  readonly #options: RabbitConnectionOptions;
  readonly #supervised: Supervised;
  readonly #waiting = new Set<(model: ChannelModel | undefined) => void>();
  #model: ChannelModel | undefined;
  #blocked: string | undefined;
  #closed = false;

  constructor(options: RabbitConnectionOptions) {
    this.#options = options;
    this.#supervised = supervise({
      session: (signal) => this.#session(signal),
      onGone: (error, pauseMs) => this.#logLoss(error, pauseMs),
    });
  }

  /** The open connection, if there is one at present. */
  get current(): ChannelModel | undefined {
    return this.#model;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Why the broker takes no messages at present (its memory or disk alarm). */
  get blocked(): string | undefined {
    return this.#blocked;
  }

  /** The open connection, waiting for one if need be; undefined once `signal` aborts or this is closed. */
  async whenUp(signal: AbortSignal): Promise<ChannelModel | undefined> {
    if (this.#model !== undefined || this.#closed || signal.aborted) return this.#model;
    return new Promise((resolve) => {
      const settle = (model: ChannelModel | undefined): void => {
        signal.removeEventListener('abort', giveUp);
        this.#waiting.delete(settle);
        resolve(model);
      };
      const giveUp = (): void => settle(undefined);
      signal.addEventListener('abort', giveUp);
      this.#waiting.add(settle);
    });
  }

  /** Gives up the present connection, if any, because something showed that it is dead. */
  abandon(reason: string): void {
    if (this.#model !== undefined) destroy(this.#model, reason);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake(undefined);
    const stopped = this.#supervised.stop();
    const model = this.#model;
    if (model === undefined) return;
    await within(closeTimeoutMs, 'closing', model.close()).catch(() => destroy(model, 'closed'));
    await stopped;
  }

  async #session(signal: AbortSignal): Promise<void> {
    const { url, name, setup, log } = this.#options;
    const model = await open(url, name);
    coalesceWrites(socketOf(model));
    const gone = new Promise<Error | undefined>((resolve) => model.on('close', resolve));
    model.on('error', (error) =>
      log.debug({ event: 'broker.connection_error', connection: name, err: error }),
    );
    model.on('blocked', (reason) => this.#setBlocked(reason));
    model.on('unblocked', () => this.#setBlocked(undefined));
    try {
      if (!signal.aborted) await within(setupTimeoutMs, 'declaring exchanges and queues', setup(model));
      if (signal.aborted) return;
      this.#model = model;
      this.#wake(model);
      log.info({ event: 'broker.connected', connection: name }, 'connected to the broker');
      const error = await gone;
      if (error !== undefined) throw error;
    } finally {
      this.#model = undefined;
      this.#blocked = undefined;
      destroy(model, 'session over');
    }
  }

  #wake(model: ChannelModel | undefined): void {
    for (const settle of this.#waiting) settle(model);
  }

  #setBlocked(reason: string | undefined): void {
    this.#blocked = reason;
    const { log, name } = this.#options;
    if (reason === undefined)
      log.info({ event: 'broker.unblocked', connection: name }, 'broker takes messages again');
    else log.warn({ event: 'broker.blocked', connection: name, reason }, 'broker takes no messages');
  }

  #logLoss(error: unknown, pauseMs: number): void {
    const { log, name } = this.#options;
    log.warn(
      { event: 'broker.disconnected', connection: name, err: error, retry_in_ms: pauseMs },
      'no connection to the broker; trying again',
    );
  }
}

function open(url: string, name: string): Promise<ChannelModel> {
  return connect(withHeartbeat(url), {
    timeout: connectTimeoutMs,
    noDelay: true,
    keepAlive: true,
    keepAliveDelay: 10_000,
    clientProperties: { connection_name: `attune ${name}` },
  });
}

function withHeartbeat(url: string): string {
  if (/[?&]heartbeat=/.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}heartbeat=${heartbeat}`;
}

/** amqplib only half-closes a socket it gave up; its peer may never answer, so end it for good. */
function destroy(model: ChannelModel, reason: string): void {
  const socket = socketOf(model);
  if (!socket.destroyed) socket.destroy(new Error(reason));
}

/** Not part of amqplib's types; the version is pinned. */
function socketOf(model: ChannelModel): Socket {
  return (model.connection as unknown as { stream: Socket }).stream;
}
