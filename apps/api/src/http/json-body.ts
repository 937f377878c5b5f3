import type { FastifyInstance } from 'fastify';
import { HttpError } from './http-error.js';
import { parseJson } from './parse-json.js';

/** `type/subtype` with parameters or without (RFC 9110, 8.3.1). */
const contentTypePattern = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+ *(?:;|$)/;

/** JSON bodies, with errors that say where; other content types are a 415. An empty body is no body. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    /^application\/(?:[\w.+-]+\+)?json(?:;|$)/i,
    { parseAs: 'string' },
    (_request, text, done) => {
      if (text.trim() === '') return done(null, undefined);
      try {
        done(null, parseJson(text));
      } catch (error) {
        done(malformed(text, error));
      }
    },
  );
}

/** Any content type, also one that is none, as the bytes that came: signatures cover them. */
export function acceptBytes(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }) => {
    const type = headers['content-type'];
    if (type !== undefined && !contentTypePattern.test(type))
      headers['content-type'] = 'application/octet-stream';
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
}

function malformed(text: string, cause: unknown): HttpError {
  const reason = cause instanceof Error ? cause.message : 'cannot be read';
  const offset = /at position (\d+)/.exec(reason)?.[1];
  const place = offset === undefined ? '' : `${position(text, Number(offset))}: `;
  return new HttpError('BAD_REQUEST', 'the request body is not valid JSON', {
    details: [{ path: '', message: `${place}${reason}`, hint: 'check quotes, commas and brackets' }],
    cause,
  });
}

function position(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
