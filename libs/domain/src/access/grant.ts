import { z } from 'zod';
import { artifactVisibilities } from '../artifact/artifact-type.js';
import { didYouMean } from '../nearest.js';
import { packRefSchema } from '../ref.js';
import { ownerTypes } from './owner-type.js';
import { resourceActions, resources } from './permissions.js';
import type { Resource } from './permissions.js';

const refList = z.array(z.string().min(1)).min(1);

/** All that are given must hold for the row asked for; `attributes` are compared with the caller's own. */
export const grantConstraintsSchema = z.strictObject({
  pack_refs: z.array(packRefSchema).min(1).optional(),
  /** Of the row itself; for events the ref of their trigger. */
  refs: refList.optional(),
  ids: z.array(z.int()).min(1).optional(),
  /** `self`: the caller owns the row; `none`: nobody does. */
  owner: z.enum(['self', 'any', 'none']).optional(),
  owner_types: z.array(z.enum(ownerTypes)).min(1).optional(),
  owner_refs: refList.optional(),
  visibility: z.array(z.enum(artifactVisibilities)).min(1).optional(),
  /** Of an execution token: its own run, or also the runs below it. */
  execution_scope: z.enum(['self', 'descendants', 'any']).optional(),
  encrypted: z.boolean().optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
});
export type GrantConstraints = z.infer<typeof grantConstraintsSchema>;

const packScoped: readonly Resource[] = [
  'packs',
  'actions',
  'queues',
  'rules',
  'triggers',
  'sensors',
  'policies',
  'runtimes',
  'events',
  'enforcements',
  'executions',
  'artifacts',
];

/** Where a constraint has something to be compared with; elsewhere it could never hold. */
const constrainable: Readonly<Partial<Record<keyof GrantConstraints, readonly Resource[]>>> = {
  pack_refs: packScoped,
  refs: [...packScoped, 'keys', 'webhooks', 'permissions'],
  owner: ['packs', 'rules', 'executions', 'inquiries', 'keys', 'artifacts', 'tokens', 'notifications'],
  owner_types: ['keys', 'artifacts'],
  owner_refs: ['keys', 'artifacts'],
  visibility: ['artifacts'],
  execution_scope: ['executions', 'inquiries', 'artifacts'],
  encrypted: ['keys'],
};

/** One entry of a permission set: some actions on one resource, on all rows or on those that the constraints let through. */
export const grantSchema = z
  .strictObject({
    resource: z.enum(resources),
    actions: z.array(z.string()).min(1),
    constraints: grantConstraintsSchema.optional(),
  })
  .superRefine((grant, context) => {
    const known: readonly string[] = resourceActions[grant.resource];
    for (const [index, action] of grant.actions.entries()) {
      if (known.includes(action)) continue;
      const hint = didYouMean(action, known) ?? `there are ${known.join(', ')}`;
      const message = `${grant.resource} have no action '${action}'; ${hint}`;
      context.addIssue({ code: 'custom', path: ['actions', index], message });
    }
    for (const name of Object.keys(grant.constraints ?? {}) as (keyof GrantConstraints)[]) {
      if (constrainable[name]?.includes(grant.resource) !== false) continue;
      const message = `${grant.resource} cannot be limited by ${name}`;
      context.addIssue({ code: 'custom', path: ['constraints', name], message });
    }
  });
export type Grant = z.infer<typeof grantSchema>;
