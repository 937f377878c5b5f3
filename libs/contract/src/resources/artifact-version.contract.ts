import {
  artifactRetentions,
  artifactTypes,
  artifactVisibilities,
  maxArtifactRefLength,
  ownerTypes,
} from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import { idParams, instantSchema, jsonObjectSchema, pageQuery } from '../route/fields.js';
import { bare, defineRoute, file, list, one } from '../route/route.js';

/** `type/subtype` with parameters, as it may stand in a header. */
export const mediaTypeSchema = z
  .string()
  .max(255)
  .regex(
    /^[\w.+-]+\/[\w.+*-]+(?:; ?[\w.+-]+=(?:[\w.+:-]+|"[\w .+:-]*"))*$/,
    'must be a media type such as text/csv',
  )
  .meta({ example: 'text/csv' });

export const artifactVersionSchema = z
  .object({
    id: z.int(),
    artifact: z.int(),
    version: z.int().describe('1 is the first; a number is never given again'),
    execution: z.int().nullable().describe('That made it'),
    content_type: z.string().nullable(),
    size_bytes: z.int().nullable(),
    checksum: z.string().nullable().describe('SHA-256 of the bytes, hexadecimal'),
    content_json: z.unknown().optional().describe('The content, when it is JSON in the database'),
    meta: jsonObjectSchema.nullable(),
    created_by: z.string().nullable().describe('Login of who made it'),
    created: instantSchema,
  })
  .meta({ id: 'ArtifactVersion' });

const versionSummary = artifactVersionSchema
  .omit({ content_json: true })
  .meta({ id: 'ArtifactVersionSummary' });

const positiveText = z.coerce.number().int().positive();

/** JSON in a form or a query is text. */
const jsonText = z.string().transform((text, context): Record<string, unknown> => {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  context.addIssue({ code: 'custom', message: 'must be a JSON object' });
  return z.NEVER;
});

const versionFields = z.object({
  content_type: mediaTypeSchema.optional().describe('Default: that of the file'),
  execution: positiveText.optional().describe('That made it'),
  meta: jsonText.optional().describe('A JSON object, as text'),
});

/** Of the artifact that is made when there is none of that ref. */
const artifactFields = z.object({
  type: z.enum(artifactTypes).default('file_text'),
  scope: z.enum(ownerTypes).default('action'),
  owner: z.string().max(255).default(''),
  visibility: z.enum(artifactVisibilities).optional(),
  name: z.string().max(255).optional(),
  description: z.string().max(10_000).optional(),
  retention_policy: z.enum(artifactRetentions).default('versions'),
  retention_limit: z.coerce.number().int().default(10),
});

const versionParams = idParams.extend({ version: positiveText });

export const artifactVersionRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts/{id}/versions',
    summary: 'List the versions of an artifact, newest first, without contents',
    permission: 'artifacts:read',
    params: idParams,
    query: pageQuery,
    response: list(versionSummary),
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/artifacts/{id}/versions',
    summary: 'Add a version whose content is JSON',
    permission: 'artifacts:update',
    params: idParams,
    body: z.object({
      content: z.unknown(),
      content_type: mediaTypeSchema.optional(),
      execution: z.int().positive().optional(),
      meta: jsonObjectSchema.nullable().optional(),
    }),
    response: one(artifactVersionSchema),
    status: 201,
  }),
  upload: defineRoute({
    method: 'POST',
    path: '/api/v1/artifacts/{id}/versions/upload',
    summary: 'Add a version from a file',
    permission: 'artifacts:update',
    params: idParams,
    upload: versionFields,
    response: one(artifactVersionSchema),
    status: 201,
  }),
  uploadByRef: defineRoute({
    method: 'POST',
    path: '/api/v1/artifacts/ref/{ref}/versions/upload',
    summary: 'Add a version from a file to the newest artifact of a ref, which is made when there is none',
    description: 'Making it needs artifacts:create as well.',
    permission: 'artifacts:update',
    params: z.object({
      ref: z.string().min(1).max(maxArtifactRefLength).describe('Slashes are written %2F'),
    }),
    upload: versionFields.extend(artifactFields.shape),
    response: one(artifactVersionSchema),
    status: 201,
  }),
  latest: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts/{id}/versions/latest',
    summary: 'Show the newest version of an artifact',
    permission: 'artifacts:read',
    params: idParams,
    response: one(artifactVersionSchema),
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts/{id}/versions/{version}',
    summary: 'Show a version of an artifact',
    permission: 'artifacts:read',
    params: versionParams,
    response: one(artifactVersionSchema),
  }),
  download: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts/{id}/versions/{version}/download',
    summary: 'Download a version',
    description: 'A Range header gives a part of it.',
    permission: 'artifacts:read',
    params: versionParams,
    response: file('*/*'),
    errors: ['RANGE_NOT_SATISFIABLE'],
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/artifacts/{id}/versions/{version}',
    summary: 'Delete a version of an artifact',
    permission: 'artifacts:delete',
    params: versionParams,
    response: bare(successSchema),
  }),
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
