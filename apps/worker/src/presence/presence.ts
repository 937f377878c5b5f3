import { setTimeout as delay } from 'node:timers/promises';
import { findWorker, registerWorker, releaseWorker, renewWorkerLease } from '@attune/db';
import type { Db, NewWorker } from '@attune/db';
import { every } from '@attune/service';
import type { HealthCheck, Log, Repeater } from '@attune/service';
import type { Session } from './session.js';

const registerAgainMs = 1_000;

export interface PresenceOptions {
  readonly db: Db;
  readonly log: Log;
  readonly heartbeatMs: number;
  readonly worker: NewWorker;
  readonly onRegistered: () => void;
  /** Told when it changes: a cordoned worker ends what it runs and takes nothing new. */
  readonly onCordon: (cordoned: boolean) => void;
  /** Everything that belongs to the session must end now: its executions belong to others. */
  readonly onLost: (session: Session) => void;
}

/**
 * Registers the worker and keeps its lease. A lease is lost when the database says so, or when it could not be
 * renewed in time: measured here from before the last renewal was sent, so never later than the database's clock.
 * A worker that lost its lease registers again, as a new incarnation that holds nothing.
 */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #stopping = new AbortController();
  #held: Held | undefined;
  #cordoned = false;
  #heartbeat: Repeater | undefined;
  #registering: Promise<void> | undefined;

  static async start(options: PresenceOptions): Promise<Presence> {
    const presence = new Presence(options);
    await presence.#register();
    const { heartbeatMs, log } = options;
    presence.#heartbeat = every(heartbeatMs, () => presence.#renew(), { log, name: 'renew the lease' });
    return presence;
  }

  private constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** The present session; undefined while the worker has none. */
  get session(): Session | undefined {
    return this.#held?.session;
  }

  get isCordoned(): boolean {
    return this.#cordoned;
  }

  /** Asks the database now whether the lease still holds. */
  async check(): Promise<void> {
    await this.#heartbeat?.now();
  }

  health(): HealthCheck {
    if (this.#held === undefined) return { ok: false, detail: 'not registered' };
    return this.#cordoned ? { ok: true, detail: 'cordoned' } : { ok: true };
  }

  /** Gives the lease up: what still runs under it is lost. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#heartbeat?.stop(), this.#registering]);
    const session = this.#end();
    if (session === undefined) return;
    const { workerId: id, incarnation } = session.hold;
    await releaseWorker(this.#options.db, { id, incarnation });
  }

  async #register(): Promise<void> {
    const { db, log, worker, onRegistered } = this.#options;
    const asked = performance.now();
    const { id, incarnation } = await registerWorker(db, worker);
    const lost = new AbortController();
    const session: Session = { hold: { workerId: id, incarnation }, signal: lost.signal };
    this.#held = { session, lost, expiry: this.#expiryOf(asked) };
    log.info({ event: 'worker.registered', worker: worker.name, id, incarnation }, 'registered');
    await this.#readCordon(id);
    onRegistered();
  }

  #expiryOf(askedAt: number): NodeJS.Timeout {
    const remainingMs = askedAt + this.#options.worker.leaseMs - performance.now();
    return setTimeout(() => this.#lose('it could not be renewed in time'), remainingMs);
  }

  async #renew(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    const { db, worker } = this.#options;
    const { workerId: id, incarnation } = held.session.hold;
    const asked = performance.now();
    const renewed = await renewWorkerLease(db, { id, incarnation, leaseMs: worker.leaseMs });
    if (this.#held !== held) return;
    if (!renewed) return this.#lose('its executions were given to others, or another process took its name');
    clearTimeout(held.expiry);
    held.expiry = this.#expiryOf(asked);
    await this.#readCordon(id);
  }

  async #readCordon(id: number): Promise<void> {
    const { db, log, onCordon } = this.#options;
    const cordoned = (await findWorker(db, id))?.cordoned ?? false;
    if (cordoned === this.#cordoned) return;
    this.#cordoned = cordoned;
    log.info({ event: 'worker.cordon', cordoned }, cordoned ? 'cordoned: claims nothing' : 'claims again');
    onCordon(cordoned);
  }

  #lose(reason: string): void {
    const session = this.#end();
    if (session === undefined) return;
    const { log, onLost } = this.#options;
    log.error({ event: 'worker.lease_lost', ...session.hold, reason }, 'lease lost; its runs are stopped');
    onLost(session);
    this.#registering = this.#registerAgain(session);
  }

  #end(): Session | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    this.#held = undefined;
    clearTimeout(held.expiry);
    held.lost.abort();
    return held.session;
  }

  async #registerAgain(lost: Session): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (!(await this.#isReplaced(lost))) return await this.#register();
      } catch (error) {
        this.#options.log.warn({ event: 'worker.register_failed', err: error }, 'cannot register yet');
      }
      await delay(registerAgainMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Two processes with one name must not keep taking it from each other: the later one keeps it while it lives. */
  async #isReplaced({ hold }: Session): Promise<boolean> {
    const { db, log, worker } = this.#options;
    const row = await findWorker(db, hold.workerId);
    const replaced =
      row !== undefined &&
      row.incarnation > hold.incarnation &&
      row.lease_expires_at !== null &&
      row.lease_expires_at.getTime() > Date.now();
    if (replaced)
      log.error({ event: 'worker.name_taken', worker: worker.name }, 'another process has this name');
    return replaced;
  }
}

interface Held {
  readonly session: Session;
  readonly lost: AbortController;
  expiry: NodeJS.Timeout;
}
