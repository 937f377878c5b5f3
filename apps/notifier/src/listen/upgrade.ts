import type { IncomingMessage } from 'node:http';

/** Why a request does not become a stream. */
export interface Refusal {
  status: 400 | 401 | 404 | 503;
  code: string;
  message: string;
}

/** What can be told from the request alone, before its token is looked at. */
export function refusalOf({ url = '/' }: IncomingMessage, isFull: boolean): Refusal | undefined {
  const base = 'http://notifier';
  const { pathname, searchParams } = new URL(URL.canParse(url, base) ? url : '/', base);
  if (pathname !== '/ws') return { status: 404, code: 'NOT_FOUND', message: 'streams are at /ws' };
  if ([...searchParams.keys()].some((name) => /token|auth/i.test(name))) {
    const message = 'tokens do not belong in addresses: send Authorization: Bearer, or an auth message';
    return { status: 400, code: 'TOKEN_IN_URL', message };
  }
  if (isFull) return { status: 503, code: 'TOO_MANY_CONNECTIONS', message: 'try again later' };
  return undefined;
}

/** The token of the header; undefined when there is none and the client has to send it as its first message. */
export function bearerOf({ headers: { authorization } }: IncomingMessage): string | undefined {
  return authorization === undefined ? undefined : (/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
}
