import type { ASTNode } from '@marcbachmann/cel-js';
import { Failure } from './failure.js';
import type { Evaluate, Frame } from './frame.js';
import { lookup, missingValue } from './lookup.js';
import { checkMember, checkName, sourceOf } from './unit.js';
import type { Locals, Unit } from './unit.js';

/** `a.b`, `a?.b`, `a[0]`, `a?.[0]` */
export type AccessNode = Extract<ASTNode, { op: '.' | '.?' | '[]' | '[?]' }>;
type NameNode = Extract<ASTNode, { op: 'id' }>;

/**
 * What a missing value is: an error; null for this link of the chain only (left of a `?.`);
 * null for every link (inside `has` and `default`).
 */
type Leniency = 'none' | 'link' | 'chain';

export function isAccess(node: ASTNode): node is AccessNode {
  return node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]';
}

/** Whether the node is a name or a chain of accesses that starts from one. */
export function isPath(node: ASTNode): boolean {
  let base = node;
  while (isAccess(base)) base = base.args[0];
  return base.op === 'id';
}

export function compileName(
  unit: Unit,
  node: NameNode,
  locals: Locals,
  leniency: Leniency = 'none',
): Evaluate {
  const name = node.args;
  const slot = locals.get(name);
  if (slot !== undefined) return (frame) => frame.locals[slot];
  checkName(unit, node, name, locals);
  if (leniency !== 'none') return (frame) => contextValue(frame, name) ?? null;
  return (frame) => {
    const value = contextValue(frame, name);
    if (value === undefined) throw unavailable(frame, name);
    return value;
  };
}

/** From the first `?.` of a chain on, whatever is missing is null. */
export function compileAccess(
  unit: Unit,
  node: AccessNode,
  locals: Locals,
  leniency: Leniency = 'none',
): Evaluate {
  checkRootMember(unit, node, locals);
  const base = node.args[0];
  const isLenient = leniency !== 'none' || isOptional(node) || hasOptionalLink(base);
  const container = compileLink(unit, base, locals, baseLeniency(node, leniency));
  const key = node.args[1];
  if (typeof key === 'string')
    return isLenient ? lenientField(container, key) : field(unit, node, container, key);
  const index = unit.compile(key, locals);
  if (isLenient) return (frame) => lookup(container(frame), index(frame)) ?? null;
  return strictIndex(unit, node, container, index);
}

/** True when the last link of the chain is there, be it null; no link may be missing before that is answered. */
export function compileHas(unit: Unit, node: AccessNode, locals: Locals): Evaluate {
  checkRootMember(unit, node, locals);
  const container = compileLink(unit, node.args[0], locals, 'chain');
  const key = node.args[1];
  if (typeof key === 'string') return (frame) => lookup(container(frame), key) !== undefined;
  const index = unit.compile(key, locals);
  return (frame) => lookup(container(frame), index(frame)) !== undefined;
}

/** The value, or the fallback when it is null or something on the way to it is missing. */
export function compileDefault(unit: Unit, node: ASTNode, fallback: Evaluate, locals: Locals): Evaluate {
  const value = isPath(node)
    ? compileLink(unit, node, locals, 'chain')
    : forgiving(unit.compile(node, locals));
  return (frame) => value(frame) ?? fallback(frame);
}

function compileLink(unit: Unit, node: ASTNode, locals: Locals, leniency: Leniency): Evaluate {
  if (isAccess(node)) return compileAccess(unit, node, locals, leniency);
  if (node.op === 'id') return compileName(unit, node, locals, leniency);
  return unit.compile(node, locals);
}

function baseLeniency(node: AccessNode, leniency: Leniency): Leniency {
  if (leniency === 'chain') return 'chain';
  return isOptional(node) ? 'link' : 'none';
}

function isOptional(node: AccessNode): boolean {
  return node.op === '.?' || node.op === '[?]';
}

function hasOptionalLink(node: ASTNode): boolean {
  let base = node;
  while (isAccess(base)) {
    if (isOptional(base)) return true;
    base = base.args[0];
  }
  return false;
}

function checkRootMember(unit: Unit, node: AccessNode, locals: Locals): void {
  const [base, member] = node.args;
  if (base.op !== 'id' || typeof member !== 'string' || locals.has(base.args)) return;
  checkMember(unit, node, base.args, member);
}

function field(unit: Unit, node: AccessNode, container: Evaluate, key: string): Evaluate {
  const [path, base] = [sourceOf(unit, node), sourceOf(unit, node.args[0])];
  return (frame) => {
    const holder = container(frame);
    const value = lookup(holder, key);
    if (value === undefined) throw missingValue(path, base, holder, key);
    return value;
  };
}

function lenientField(container: Evaluate, key: string): Evaluate {
  return (frame) => lookup(container(frame), key) ?? null;
}

function strictIndex(unit: Unit, node: AccessNode, container: Evaluate, index: Evaluate): Evaluate {
  const [path, base] = [sourceOf(unit, node), sourceOf(unit, node.args[0])];
  return (frame) => {
    const holder = container(frame);
    const key = index(frame);
    const value = lookup(holder, key);
    if (value === undefined) throw missingValue(path, base, holder, key);
    return value;
  };
}

function forgiving(evaluate: Evaluate): Evaluate {
  return (frame) => {
    try {
      return evaluate(frame);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'missing') return null;
      throw error;
    }
  };
}

function contextValue(frame: Frame, name: string): unknown {
  return Object.hasOwn(frame.context, name) ? frame.context[name] : undefined;
}

function unavailable(frame: Frame, name: string): Failure {
  return new Failure('missing', name, 'is not available here', () => {
    const names = Object.keys(frame.context).filter((known) => !known.endsWith('()'));
    return `available: ${names.join(', ')}`;
  });
}
