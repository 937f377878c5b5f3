import {
  artifactRetentions,
  artifactTypes,
  artifactVisibilities,
  maxArtifactRefLength,
  ownerTypes,
} from '@attune/domain';
import { z } from 'zod';
import { successSchema } from '../route/envelope.js';
import {
  idParams,
  instantSchema,
  jsonObjectSchema,
  pageQuery,
  refFilter,
  searchFilter,
} from '../route/fields.js';
import { bare, defineRoute, file, list, one } from '../route/route.js';
import { mediaTypeSchema } from './artifact-version.contract.js';

const artifactRef = z.string().min(1).max(maxArtifactRefLength);

const kind = {
  type: z.enum(artifactTypes),
  scope: z.enum(ownerTypes).describe('Kind of its owner'),
  owner: z.string().max(255).describe("Ref of the owner, login of an identity; '' is nobody"),
  visibility: z
    .enum(artifactVisibilities)
    .describe('private: for its owner, who holds its pack, and who is granted it expressly'),
};

const keeping = {
  retention_policy: z.enum(artifactRetentions).describe('Unit of retention_limit'),
  retention_limit: z.int().describe('Versions, days, hours or minutes that are kept; 0 keeps everything'),
};

export const artifactSchema = z
  .object({
    id: z.int(),
    ref: z.string().describe('A name or a path; not unique'),
    ...kind,
    ...keeping,
    name: z.string().nullable(),
    description: z.string().nullable(),
    content_type: z.string().nullable(),
    size_bytes: z.int().nullable().describe('Of the newest version'),
    data: z.unknown().describe('Entries of progress, or whatever was put there'),
    created: instantSchema,
    updated: instantSchema,
  })
  .meta({ id: 'Artifact' });

const texts = {
  name: z.string().max(255).nullable().optional(),
  description: z.string().max(10_000).nullable().optional(),
  content_type: mediaTypeSchema.nullable().optional(),
};

export const createArtifactBody = z.object({
  ref: artifactRef,
  type: kind.type,
  scope: kind.scope.default('system'),
  owner: kind.owner.default(''),
  visibility: kind.visibility.optional().describe('Default private; progress is public'),
  retention_policy: keeping.retention_policy.default('versions'),
  retention_limit: keeping.retention_limit.default(5),
  ...texts,
  data: z.unknown().optional(),
});

/** Absent keeps, null clears. The ref cannot change. */
export const updateArtifactBody = z.object({
  type: kind.type.optional(),
  scope: kind.scope.optional(),
  owner: kind.owner.optional(),
  visibility: kind.visibility.optional(),
  retention_policy: keeping.retention_policy.optional(),
  retention_limit: keeping.retention_limit.optional(),
  ...texts,
  data: z.unknown().optional(),
});

const change = {
  permission: 'artifacts:update',
  params: idParams,
  body: updateArtifactBody,
  response: one(artifactSchema),
  errors: ['CONFLICT'],
} as const;

export const artifactRoutes = {
  list: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts',
    summary: 'List artifacts, newest first',
    permission: 'artifacts:read',
    query: pageQuery.extend({
      ref: refFilter.optional(),
      scope: kind.scope.optional(),
      owner: z.string().max(255).optional(),
      type: kind.type.optional(),
      visibility: kind.visibility.optional(),
      execution: z.coerce.number().int().positive().optional().describe('Made a version of it'),
      name: searchFilter.optional().describe('Words of its ref, name or description'),
    }),
    response: list(artifactSchema.omit({ data: true })),
  }),
  ofExecution: defineRoute({
    method: 'GET',
    path: '/api/v1/executions/{id}/artifacts',
    summary: 'List the artifacts that an execution has made versions of, newest first',
    permission: 'executions:read',
    params: idParams,
    query: pageQuery,
    response: list(artifactSchema.omit({ data: true })),
  }),
  create: defineRoute({
    method: 'POST',
    path: '/api/v1/artifacts',
    summary: 'Create an artifact without versions',
    permission: 'artifacts:create',
    body: createArtifactBody,
    response: one(artifactSchema),
    status: 201,
  }),
  get: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts/{id}',
    summary: 'Show an artifact',
    permission: 'artifacts:read',
    params: idParams,
    response: one(artifactSchema),
  }),
  getByRef: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts/ref/{ref}',
    summary: 'Show the newest artifact of a ref',
    permission: 'artifacts:read',
    params: z.object({ ref: artifactRef.describe('Slashes are written %2F') }),
    response: one(artifactSchema),
  }),
  update: defineRoute({
    method: 'PUT',
    path: '/api/v1/artifacts/{id}',
    summary: 'Change an artifact',
    ...change,
  }),
  patch: defineRoute({
    method: 'PATCH',
    path: '/api/v1/artifacts/{id}',
    summary: 'Change an artifact',
    ...change,
  }),
  delete: defineRoute({
    method: 'DELETE',
    path: '/api/v1/artifacts/{id}',
    summary: 'Delete an artifact with all its versions',
    permission: 'artifacts:delete',
    params: idParams,
    response: bare(successSchema),
  }),
  appendProgress: defineRoute({
    method: 'POST',
    path: '/api/v1/artifacts/{id}/progress',
    summary: 'Append an entry to an artifact of type progress',
    description: 'Usually {percent, message}. None is lost, however many are appended at once.',
    permission: 'artifacts:update',
    params: idParams,
    body: z.object({ entry: jsonObjectSchema }),
    response: one(artifactSchema),
    errors: ['CONFLICT'],
  }),
  setData: defineRoute({
    method: 'PUT',
    path: '/api/v1/artifacts/{id}/data',
    summary: 'Replace the data of an artifact',
    permission: 'artifacts:update',
    params: idParams,
    body: z.object({ data: z.unknown() }),
    response: one(artifactSchema),
  }),
  download: defineRoute({
    method: 'GET',
    path: '/api/v1/artifacts/{id}/download',
    summary: 'Download the newest version',
    description: 'A Range header gives a part of it.',
    permission: 'artifacts:read',
    params: idParams,
    response: file('*/*'),
    errors: ['RANGE_NOT_SATISFIABLE'],
  }),
};
