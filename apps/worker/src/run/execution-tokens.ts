import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, createClient, UnreachableError } from '@attune/contract';
import type { Client } from '@attune/contract';
import type { ClaimedExecution, WorkerHold } from '@attune/db';
import type { Session } from '../presence/session.js';

/** Before the present one ends, another worker token is asked for. */
const marginMs = 600_000;
const pausesMs = [250, 1_000, 3_000];
const timeoutMs = 10_000;

export interface ExecutionTokens {
  /**
   * What the program of this attempt calls the API with; undefined when its execution is given no permissions. Throws
   * when there should be one and the API gives none: the program could do nothing of what it is for.
   */
  tokenFor(claimed: ClaimedExecution, session: Session): Promise<string | undefined>;
}

export interface ApiAccess {
  url?: string | undefined;
  /** The API token of the worker, which never leaves it. */
  token?: string | undefined;
}

interface WorkerToken {
  readonly token: string;
  readonly until: number;
}

/** The API signs: for the worker with its API token, for an execution with the token of the worker that runs it. */
export function createExecutionTokens({ url, token: apiToken }: ApiAccess): ExecutionTokens {
  const held = new WeakMap<Session, WorkerToken>();
  const connect = (token: string): Client => createClient({ baseUrl: url ?? '', token, timeoutMs });

  const workerToken = async (session: Session): Promise<string> => {
    const known = held.get(session);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const { token, expires_at } = await mintWorkerToken(connect(apiToken ?? ''), session.hold);
    held.set(session, { token, until: Date.parse(expires_at) - marginMs });
    return token;
  };

  const ask = async ({ id, attempt }: ClaimedExecution, session: Session): Promise<string> => {
    const client = connect(await workerToken(session));
    try {
      const body = { execution_id: id, attempt };
      return (await client.daemonTokens.execution({ body })).data.token;
    } catch (error) {
      held.delete(session);
      throw error;
    }
  };

  return {
    tokenFor: async (claimed, session) => {
      if (claimed.permission_set_refs.length === 0 || claimed.executor === null) return undefined;
      if (url === undefined || apiToken === undefined) {
        throw new Error('it is given permissions, but its worker has no api.token and worker.api_url');
      }
      return patiently(() => ask(claimed, session), session.signal);
    },
  };
}

async function mintWorkerToken(client: Client, { workerId, incarnation }: WorkerHold) {
  return (await client.daemonTokens.worker({ body: { worker_id: workerId, incarnation } })).data;
}

/** An API that restarts, or that has just refused a worker token which has ended, is asked again. */
async function patiently(ask: () => Promise<string>, signal: AbortSignal): Promise<string> {
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
  if (error instanceof UnreachableError) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 429 || error.status === 401);
}
