import { defineRoute, one, renderOpenApi } from '@attune/contract';
import { z } from 'zod';
import { AnswerCheck } from './answer-check.js';
import type { WireAnswer } from './send-wire.js';
import { ServedDocument } from './served-document.js';

const door = defineRoute({
  method: 'GET',
  path: '/doors/{id}',
  summary: 'Show a door',
  permission: 'rules:read',
  params: z.object({ id: z.coerce.number().int() }),
  response: one(z.object({ id: z.int(), at: z.iso.datetime() })),
});
const document = new ServedDocument(
  JSON.parse(JSON.stringify(renderOpenApi([{ name: 'doors.get', route: door }]))) as Record<string, unknown>,
);
const [operation] = document.operations;
const check = new AnswerCheck(document);
const request = { method: 'GET', target: '/doors/1', headers: {}, body: undefined, isElsewhere: false };

function faultOf(status: number, body: unknown, changes: Partial<WireAnswer> = {}) {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-request-id': 'r1',
    ...changes.headers,
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return check.faultOf(operation!, request, { status, text, headers });
}

const data = { id: 1, at: '2024-01-01T00:00:00Z' };
const error = { error: 'no', code: 'NOT_FOUND', details: [], request_id: 'r1' };

test('answers as they are documented pass', () => {
  expect(faultOf(200, { data })).toBeUndefined();
  expect(faultOf(404, error)).toBeUndefined();
});

test.each([
  ['a field is missing', 200, { data: { id: 1 } }],
  ['a field has another type', 200, { data: { ...data, id: '1' } }],
  ['a field has another format', 200, { data: { ...data, at: 'noon' } }],
  ['there is a field that nobody documented', 200, { data: { ...data, password_hash: 'x' } }],
  ['the envelope is missing', 200, data],
  ['the status is not documented', 409, { ...error, code: 'CONFLICT' }],
  ['the code does not belong to the status', 404, { ...error, code: 'FORBIDDEN' }],
  ['an error has no details', 404, { error: 'no', code: 'NOT_FOUND', request_id: 'r1' }],
  ['an error names another request', 404, { ...error, request_id: 'r2' }],
  ['an error tells of the inside', 404, { ...error, error: 'syntax error at or near' }],
  ['the server failed', 500, { ...error, code: 'INTERNAL_SERVER_ERROR' }],
  ['it is overloaded and does not say until when', 503, { ...error, code: 'SERVICE_UNAVAILABLE' }],
])('it is a fault when %s', (_what, status, body) => {
  expect(faultOf(status, body)).toEqual(expect.any(String));
});

test('it is a fault when the answer is no JSON, or has no id', () => {
  expect(faultOf(404, '<html>', { headers: { 'content-type': 'text/html' } })).toEqual(expect.any(String));
  expect(faultOf(404, error, { headers: { 'x-request-id': undefined } })).toBe('no X-Request-Id');
});
