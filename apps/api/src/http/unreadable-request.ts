import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { errorStatus } from '@attune/contract';
import type { ErrorBody, ErrorCode } from '@attune/contract';

/** What the parser of Node.js says, and how it is answered. */
const codeOfParser: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

const messages: Partial<Record<ErrorCode, string>> = {
  HEADERS_TOO_LARGE: 'the headers are larger than this server accepts',
  REQUEST_TIMEOUT: 'the request did not arrive in time',
  BAD_REQUEST: 'this is not HTTP as this server reads it',
};

const reasons: Partial<Record<ErrorCode, string>> = {
  HEADERS_TOO_LARGE: 'Request Header Fields Too Large',
  REQUEST_TIMEOUT: 'Request Timeout',
  BAD_REQUEST: 'Bad Request',
};

/** Answers bytes that never became a request in the one shape of all errors, and ends the connection. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = codeOfParser[error.code ?? ''] ?? 'BAD_REQUEST';
  const requestId = randomUUID();
  const body: ErrorBody = { error: messages[code] ?? '', code, details: [], request_id: requestId };
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${errorStatus[code]} ${reasons[code]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
