import type { Middleware } from './middleware.js';

export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError';
}

/**
 * Fails a batch whose handler takes too long. The handler is not interrupted: what it still does must be safe
 * beside the next try, as every handler is.
 */
export const timeout: Middleware =
  (next, { name, timeoutMs }) =>
  async (batch) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new HandlerTimeoutError(`${name} took more than ${timeoutMs} ms for ${batch.length}`)),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([next(batch), late]);
    } finally {
      clearTimeout(timer);
    }
  };
