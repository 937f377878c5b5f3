import type { ErrorDetail } from '../errors.js';
import { isKeyRef } from '../ref.js';
import { SecretValue } from '../secret/secret-value.js';
import type { Program } from './compile.js';
import { plainPath } from './plain-path.js';

const NAMESPACE = 'keys';

/** The key that a template names: `keys.ops.token`, `keys["ops.token"]`. Undefined when it reads no key. */
export function keyReference(program: Program): SecretValue | undefined {
  const ref = program.reads.has(NAMESPACE) ? keyRefOf(program) : undefined;
  return ref === undefined ? undefined : new SecretValue([{ key: ref }]);
}

/** A key is opened where the action runs, so no expression can work with its value. */
export function keyProblems(program: Program): readonly ErrorDetail[] {
  if (!program.reads.has(NAMESPACE) || keyRefOf(program) !== undefined) return [];
  const message = 'a key can only be named: its value is not known before the action runs';
  return [{ path: '', message, hint: 'write {{ keys.ops.token }} alone between its braces' }];
}

function keyRefOf({ root }: Program): string | undefined {
  const [namespace, ...segments] = plainPath(root) ?? [];
  const ref = segments.join('.');
  return namespace === NAMESPACE && isKeyRef(ref) ? ref : undefined;
}
