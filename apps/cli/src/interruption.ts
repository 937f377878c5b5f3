import { exitCode } from './exit-code.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs what would leave something behind. SIGINT and SIGTERM abort its signal, and once it has cleared up the process
 * ends, whatever else it waits for; a second one ends it at once.
 */
export async function interruptibly<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const closing = new AbortController();
  const interrupt = () => closing.abort(new Error('interrupted'));
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await work(closing.signal);
  } catch (error) {
    if (!closing.signal.aborted) throw error;
    console.error('interrupted');
    return process.exit(exitCode.interrupted);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
