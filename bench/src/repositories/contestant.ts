/** One attempt of one execution. */
export interface Attempt {
  id: number;
  attempt: number;
}

/**
 * Takes executions through their life. Each call is one batch and one commit, and leaves the same rows whoever
 * does it; it answers what was written, so that nothing is measured that did not happen.
 */
export interface Contestant {
  insert(configs: readonly object[]): Promise<{ id: number }[]>;
  claim(attempts: readonly Attempt[]): Promise<Attempt[]>;
  finish(attempts: readonly Attempt[], result: object): Promise<Attempt[]>;
  /** Sent to the database so far. */
  statements(): Promise<number>;
  close(): Promise<void>;
}
