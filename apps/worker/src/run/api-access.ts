import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, createClient, UnreachableError } from '@attune/contract';
import type { Client } from '@attune/contract';
import type { WorkerHold } from '@attune/db';
import type { Session } from '../presence/session.js';

/** Before the present one ends, another worker token is asked for. */
const marginMs = 600_000;
const pausesMs = [250, 1_000, 3_000];
const timeoutMs = 10_000;

/** The worker's way to the API: what only the API can sign or open is asked for here. */
export interface ApiAccess {
  /** Asks as this start of the worker; again for a while when the API is not there. Throws what it answers. */
  ask<Answer>(session: Session, question: (client: Client) => Promise<Answer>): Promise<Answer>;
}

export interface ApiAddress {
  url?: string | undefined;
  /** The API token of the worker, which never leaves it. */
  token?: string | undefined;
}

interface WorkerToken {
  readonly token: string;
  readonly until: number;
}

/** With its API token the worker gets one for each of its starts, and asks with that. */
export function createApiAccess({ url, token: apiToken }: ApiAddress): ApiAccess {
  const held = new WeakMap<Session, WorkerToken>();
  const connect = (token: string): Client => createClient({ baseUrl: url ?? '', token, timeoutMs });

  const workerToken = async (session: Session): Promise<string> => {
    const known = held.get(session);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const { token, expires_at } = await mintWorkerToken(connect(apiToken ?? ''), session.hold);
    held.set(session, { token, until: Date.parse(expires_at) - marginMs });
    return token;
  };

  return {
    ask: async (session, question) => {
      if (url === undefined || apiToken === undefined) {
        throw new Error('its worker has no api.token and worker.api_url');
      }
      return patiently(async () => {
        const client = connect(await workerToken(session));
        try {
          return await question(client);
        } catch (error) {
          if (isOver(error)) held.delete(session);
          throw error;
        }
      }, session.signal);
    },
  };
}

async function mintWorkerToken(client: Client, { workerId, incarnation }: WorkerHold) {
  return (await client.daemonTokens.worker({ body: { worker_id: workerId, incarnation } })).data;
}

/** An API that restarts, or that has just refused a worker token which has ended, is asked again. */
async function patiently<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (const pauseMs of pausesMs) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error)) throw error;
      await delay(pauseMs, undefined, { signal });
    }
  }
  return ask();
}

function mayPass(error: unknown): boolean {
  if (error instanceof UnreachableError || isOver(error)) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 429);
}

/** The worker token is not taken any more. */
function isOver(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
