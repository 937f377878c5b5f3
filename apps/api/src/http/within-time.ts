import { HttpError } from './http-error.js';

/** The outcome of `work`, or a GATEWAY_TIMEOUT; work that is late goes on, and its outcome is dropped. */
export async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new HttpError('GATEWAY_TIMEOUT', 'the request took too long; it may still take effect'));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
