import { gauge, counter } from '@attune/service';
import type { Log } from '@attune/service';
import { WebSocket } from 'ws';
import { closeCodes } from './close-codes.js';
import type { CloseCode } from './close-codes.js';

/** For a client to read why its stream ended. */
const graceMs = 2_000;

const connections = gauge({ name: 'attune_notifier_connections', help: 'Streams open' });
const ended = counter({
  name: 'attune_notifier_streams_ended_total',
  help: 'Streams this side ended, by close code',
  labels: ['code'],
});

/** The sending side of a stream. A client that does not read is cut off instead of buffered for. */
export class Outlet {
  readonly #socket: WebSocket;
  readonly #maxBuffered: number;
  readonly #log: Log;

  constructor(socket: WebSocket, maxBuffered: number, log: Log) {
    this.#socket = socket;
    this.#maxBuffered = maxBuffered;
    this.#log = log;
    connections.inc();
    socket.once('close', () => connections.dec());
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: string): void {
    if (!this.isOpen) return;
    this.#socket.send(frame);
    if (this.#socket.bufferedAmount > this.#maxBuffered) this.close(closeCodes.tooMuch, 'too slow');
  }

  /** Idempotent. */
  close(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    ended.inc({ code: String(code) });
    this.#log.debug({ event: 'stream.ended', code, reason }, 'ending a stream');
    this.#socket.close(code, reason);
    const timer = setTimeout(() => this.#socket.terminate(), graceMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }
}
