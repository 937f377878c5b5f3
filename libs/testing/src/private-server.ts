/** A server of its own for a test that stops or restarts it; the shared one stays untouched. */
export interface PrivateServer {
  readonly url: string;
  readonly port: number;
  /** Of the server itself, for signals; changes at a restart. */
  pid(): number;
  /** Ends it, cleanly or as by a crash (SIGKILL), and starts it on the same port and data. */
  restart(how?: 'clean' | 'crash'): Promise<void>;
  /** Ends it and removes its data. Idempotent. */
  stop(): Promise<void>;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
