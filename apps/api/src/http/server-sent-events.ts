import { Readable } from 'node:stream';

export interface SentEvent {
  event: string;
  id?: string;
  data: unknown;
}

export interface EventStreamOptions {
  signal: AbortSignal;
  /** A comment is sent when nothing else was for this long, so that proxies keep the connection. */
  keepAliveMs: number;
}

/** For a reader to take what was sent before the end. */
const graceMs = 1_000;

/**
 * Events as `text/event-stream`. The reader sets the pace: nothing is taken from the source while the client
 * does not read. Ends with the source or the signal; a reader that does not read is cut off then.
 */
export function renderEvents(source: AsyncIterable<SentEvent>, options: EventStreamOptions): Readable {
  const stream = Readable.from(lines(source, options), { objectMode: false, encoding: 'utf8' });
  let cut: NodeJS.Timeout | undefined;
  const end = () => {
    cut = setTimeout(() => stream.destroy(), graceMs);
  };
  options.signal.addEventListener('abort', end, { once: true });
  stream.once('close', () => {
    clearTimeout(cut);
    options.signal.removeEventListener('abort', end);
  });
  return stream;
}

async function* lines(source: AsyncIterable<SentEvent>, options: EventStreamOptions): AsyncGenerator<string> {
  yield ': attune\n\n';
  const events = source[Symbol.asyncIterator]();
  let next = events.next();
  try {
    while (!options.signal.aborted) {
      const result = await nextOrQuiet(next, options);
      if (result === 'quiet') {
        yield ': \n\n';
        continue;
      }
      if (result.done) return;
      yield render(result.value);
      next = events.next();
    }
  } finally {
    await events.return?.();
  }
}

async function nextOrQuiet<T>(
  next: Promise<T>,
  { signal, keepAliveMs }: EventStreamOptions,
): Promise<T | 'quiet'> {
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;
  const quiet = new Promise<'quiet'>((resolve) => {
    wake = () => resolve('quiet');
    timer = setTimeout(wake, keepAliveMs);
    signal.addEventListener('abort', wake, { once: true });
  });
  try {
    return await Promise.race([next, quiet]);
  } finally {
    clearTimeout(timer);
    if (wake) signal.removeEventListener('abort', wake);
  }
}

function render({ event, id, data }: SentEvent): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
