import type { Routes } from '@attune/contract';
import { findAction, findIdentity, findIdentityByLogin, findPack, findSensor } from '@attune/db';
import type { Db } from '@attune/db';
import { MissingReferenceError, ValidationError } from '@attune/domain';
import type { OwnerType } from '@attune/domain';
import type { Call } from '../http/call.js';

type NewKeyBody = Call<Routes['keys']['create']>['body'];

export interface KeyOwnerNames {
  owner: string;
  ownerIdentityId: number | null;
}

/** The owner of a new key, however it is named; MissingReferenceError or ValidationError say by which field. */
export async function keyOwnerOf(db: Db, body: NewKeyBody): Promise<KeyOwnerNames> {
  const field = namingField(body);
  if (body.owner_type === 'system') return systemOwner(body.owner);
  if (field === undefined) throw refused('owner', `is missing: which ${body.owner_type}`);
  const named = body[field] ?? '';
  const owner = await refOf(db, body.owner_type, named);
  if (owner === undefined) throw new MissingReferenceError('key', field, named);
  const identity = body.owner_type === 'identity' ? await findIdentityByLogin(db, owner) : undefined;
  return { owner, ownerIdentityId: identity?.id ?? null };
}

/** The one field that names the owner. */
function namingField(body: NewKeyBody): OwnerField | undefined {
  const given = ownerFields.filter((field) => body[field] !== undefined);
  const foreign = given.find((field) => field !== 'owner' && !field.startsWith(`owner_${body.owner_type}`));
  if (foreign !== undefined) throw refused(foreign, `does not go with owner_type ${body.owner_type}`);
  const [field, second] = given;
  if (second !== undefined) throw refused(second, `names the owner again, after ${field}`);
  return field;
}

const ownerFields = [
  'owner',
  'owner_identity',
  'owner_pack',
  'owner_pack_ref',
  'owner_action',
  'owner_action_ref',
  'owner_sensor',
  'owner_sensor_ref',
] as const satisfies readonly (keyof NewKeyBody)[];
type OwnerField = (typeof ownerFields)[number];

function systemOwner(owner: string | undefined): KeyOwnerNames {
  if (owner !== undefined && owner !== '') throw refused('owner', 'is not for owner_type system');
  return { owner: '', ownerIdentityId: null };
}

/** The system has no ids of owners. */
async function refOf(
  db: Db,
  type: Exclude<OwnerType, 'system'>,
  named: string | number,
): Promise<string | undefined> {
  if (typeof named === 'string') return named;
  if (type === 'identity') return (await findIdentity(db, named))?.login;
  const find = { pack: findPack, action: findAction, sensor: findSensor }[type];
  return (await find(db, named))?.ref;
}

function refused(path: string, message: string): ValidationError {
  return new ValidationError(`cannot tell the owner of the key: ${path} ${message}`, {
    details: [{ path, message }],
  });
}
