import type { Permission } from '@attune/domain';
import type { z } from 'zod';
import { successSchema } from './envelope.js';
import { pageQuery, refParams } from './fields.js';
import { bare, defineRoute, list, one } from './route.js';

/** Definitions as paths and permissions name them. */
export type DefinitionResource =
  'packs' | 'actions' | 'triggers' | 'sensors' | 'rules' | 'policies' | 'runtimes' | 'permissions';

/** What the routes of one kind of definition differ in. */
export interface DefinitionSpec<
  Whole extends z.ZodType = z.ZodType,
  Item extends z.ZodType = z.ZodType,
  Query extends z.ZodObject = z.ZodObject,
  Create extends z.ZodType = z.ZodType,
  Update extends z.ZodObject = z.ZodObject,
> {
  readonly resource: DefinitionResource;
  /** As texts name one of them, with its article: `an action`. */
  readonly name: string;
  readonly whole: Whole;
  /** Of a list. */
  readonly item: Item;
  readonly query: Query;
  readonly create: Create;
  /** Absent keeps, null clears; PATCH and PUT alike. The ref cannot change. */
  readonly update: Update;
  /** What creating and changing need beyond the permission. */
  readonly needs?: string;
}

/** Pass as it is: keeps the schemas' types. */
export function defineDefinition<
  W extends z.ZodType,
  I extends z.ZodType,
  Q extends z.ZodObject,
  C extends z.ZodType,
  U extends z.ZodObject,
>(spec: DefinitionSpec<W, I, Q, C, U>): DefinitionSpec<W, I, Q, C, U> {
  return spec;
}

/** List, get, create, change and delete: alike for every kind of definition. */
export function definitionRoutes<
  W extends z.ZodType,
  I extends z.ZodType,
  Q extends z.ZodObject,
  C extends z.ZodType,
  U extends z.ZodObject,
>(spec: DefinitionSpec<W, I, Q, C, U>) {
  const { resource, name, whole } = spec;
  const path = `/api/v1/${resource}` as const;
  return {
    list: listRoute(spec, { path, query: spec.query, summary: `List ${resource}` }),
    get: defineRoute({
      method: 'GET',
      path: `${path}/{ref}`,
      summary: `Show ${name}`,
      permission: permissionOf(resource, 'read'),
      params: refParams,
      response: one(whole),
      versioned: true,
    }),
    create: defineRoute({
      method: 'POST',
      path,
      summary: `Create ${name}`,
      ...needsOf(spec),
      permission: permissionOf(resource, 'create'),
      body: spec.create,
      response: one(whole),
      versioned: true,
      status: 201,
      errors: ['CONFLICT'],
    }),
    ...changeRoutes(spec),
  };
}

/** The list of those that belong to something else: to a pack, an action, a trigger. */
export function listUnder<I extends z.ZodType>(
  spec: Pick<DefinitionSpec<z.ZodType, I>, 'resource' | 'item'>,
  parent: 'pack' | 'action' | 'trigger',
) {
  const { resource } = spec;
  return defineRoute({
    ...listRoute(spec, {
      path: `/api/v1/${parent}s/{ref}/${resource}`,
      query: pageQuery,
      summary: `List the ${resource} of ${parent === 'action' ? 'an' : 'a'} ${parent}`,
    }),
    description: `Needs ${parent}s:read on the ${parent} as well.`,
    params: refParams,
  });
}

/** For definitions that are on or off. */
export function switchRoutes<W extends z.ZodType, I extends z.ZodType>(
  spec: Pick<DefinitionSpec<W, I>, 'resource' | 'name' | 'whole' | 'item'>,
) {
  const { resource, name, whole } = spec;
  const path = `/api/v1/${resource}` as const;
  const change = {
    method: 'POST',
    permission: permissionOf(resource, 'update'),
    params: refParams,
    response: one(whole),
    versioned: true,
  } as const;
  return {
    listEnabled: listRoute(spec, {
      path: `${path}/enabled`,
      query: pageQuery,
      summary: `List the ${resource} that are enabled`,
    }),
    enable: defineRoute({ ...change, path: `${path}/{ref}/enable`, summary: `Enable ${name}` }),
    disable: defineRoute({ ...change, path: `${path}/{ref}/disable`, summary: `Disable ${name}` }),
  };
}

function changeRoutes<W extends z.ZodType, U extends z.ZodObject>(
  spec: Pick<
    DefinitionSpec<W, z.ZodType, z.ZodObject, z.ZodType, U>,
    'resource' | 'name' | 'whole' | 'update' | 'needs'
  >,
) {
  const { resource, name } = spec;
  const addressed = { path: `/api/v1/${resource}/{ref}`, params: refParams, versioned: true } as const;
  const change = {
    ...addressed,
    ...needsOf(spec),
    permission: permissionOf(resource, 'update'),
    body: spec.update,
    response: one(spec.whole),
  } as const;
  return {
    update: defineRoute({ ...change, method: 'PATCH', summary: `Change ${name}` }),
    updateByPut: defineRoute({ ...change, method: 'PUT', summary: `Change ${name}; the same as PATCH` }),
    delete: defineRoute({
      ...addressed,
      method: 'DELETE',
      summary: `Delete ${name}`,
      description: 'Its versions stay, and can be restored.',
      permission: permissionOf(resource, 'delete'),
      response: bare(successSchema),
      errors: ['CONFLICT'],
    }),
  };
}

function needsOf({ needs }: Pick<DefinitionSpec, 'needs'>): { readonly description?: string } {
  return needs === undefined ? {} : { description: needs };
}

/** The compiler does not follow templates of a type that is still open; the closed list does. */
export function permissionOf(resource: DefinitionResource, action: 'read' | 'create' | 'update' | 'delete') {
  return `${resource}:${action}` as Permission;
}

function listRoute<I extends z.ZodType, Q extends z.ZodObject>(
  { resource, item }: Pick<DefinitionSpec<z.ZodType, I>, 'resource' | 'item'>,
  where: { path: `/${string}`; query: Q; summary: string },
) {
  return defineRoute({
    ...where,
    method: 'GET',
    permission: permissionOf(resource, 'read'),
    response: list(item),
  });
}
