import type { Readable } from 'node:stream';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import multipart from '@fastify/multipart';
import { checkInput } from '@attune/contract';
import type { InputPart } from '@attune/contract';
import { ValidationError } from '@attune/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { HttpError } from './http-error.js';

const maxFields = 50;
const maxFieldBytes = 65_536;

/** The file that a request brings, as it comes. */
export interface Upload<Fields = unknown> {
  /** To be read once. It ends when the whole body was read and its fields are valid; otherwise it throws. */
  readonly content: AsyncIterable<Uint8Array>;
  /** What came with it: known when `content` has ended. */
  readonly fields: Fields;
  /** As its sender names it; it says nothing about the bytes. */
  readonly contentType: string | undefined;
}

/** Bodies are left in the connection: whoever handles the request reads them. */
export async function acceptUploads(scope: FastifyInstance): Promise<void> {
  scope.removeAllContentTypeParsers();
  await scope.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fileSize: Infinity, files: 2, fields: maxFields, fieldSize: maxFieldBytes },
  });
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** The body of a request as its route describes it; unknown fields become warnings as they are met. */
export async function openUpload(
  schema: z.ZodObject,
  request: FastifyRequest,
  warnings: string[],
): Promise<Upload> {
  const check = (fields: unknown, part: InputPart): unknown => {
    const checked = checkInput(schema, fields, part);
    if (!checked.ok) throw new ValidationError('the fields of the upload are not valid', checked);
    warnings.push(...checked.warnings);
    return checked.value;
  };
  return request.isMultipart() ? openForm(request, check) : openBytes(request, check);
}

/** What was not read of a body is read and dropped, so that its sender gets to the answer. */
export function dropBody({ raw }: FastifyRequest): void {
  raw.unpipe();
  raw.resume();
}

type Check = (fields: unknown, part: InputPart) => unknown;

function openBytes(request: FastifyRequest, check: Check): Upload {
  if (request.body === undefined) throw withoutFile();
  const type = request.headers['content-type'];
  const fields = check(request.query, 'query');
  return { content: request.body as Readable, fields, contentType: type };
}

async function openForm(request: FastifyRequest, check: Check): Promise<Upload> {
  const parts = request.parts();
  const texts = new Map<string, unknown>();
  const file = await nextFile(parts, texts);
  if (file === undefined) throw withoutFile();
  let fields: unknown;
  async function* content({ file: bytes }: MultipartFile): AsyncGenerator<Uint8Array> {
    yield* bytes as AsyncIterable<Uint8Array>;
    if ((await nextFile(parts, texts)) !== undefined) throw refused('file', 'must be one file only');
    fields = check(Object.fromEntries(texts), 'body');
  }
  return {
    content: content(file),
    contentType: file.mimetype,
    get fields() {
      if (fields === undefined) throw new Error('the fields of a form are known when its file was read');
      return fields;
    },
  };
}

/** Fields on the way to it are kept. */
async function nextFile(
  parts: AsyncIterator<Multipart>,
  texts: Map<string, unknown>,
): Promise<MultipartFile | undefined> {
  for (;;) {
    const { done, value: part } = await parts.next().catch(malformed);
    if (done === true) return undefined;
    if (part.type === 'file') return part;
    if (part.valueTruncated) throw refused(part.fieldname, `must not be larger than ${maxFieldBytes} bytes`);
    texts.set(part.fieldname, part.value);
  }
}

function refused(path: string, message: string): ValidationError {
  return new ValidationError('the upload is not valid', { details: [{ path, message }] });
}

function withoutFile(): ValidationError {
  return new ValidationError('the request brings no file', {
    details: [
      {
        path: 'file',
        message: 'is missing',
        hint: 'send the bytes as the body with their Content-Type, or multipart/form-data with a part `file`',
      },
    ],
  });
}

function malformed(cause: unknown): never {
  throw new HttpError('BAD_REQUEST', 'the request body is not valid multipart/form-data', { cause });
}
