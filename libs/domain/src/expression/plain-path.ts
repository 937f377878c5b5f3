import type { ASTNode } from '@marcbachmann/cel-js';
import { isAccess } from './access.js';

/** `keys.ops["token"]` → `['keys', 'ops', 'token']`; undefined for what is more than a name and fields of it. */
export function plainPath(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (!isAccess(node) || node.op === '.?' || node.op === '[?]') return undefined;
  const [base, key] = node.args;
  const name = typeof key === 'string' ? key : textOf(key);
  const path = name === undefined ? undefined : plainPath(base);
  return path === undefined || name === undefined ? undefined : [...path, name];
}

function textOf(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
