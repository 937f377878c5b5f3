import type { ASTNode } from '@marcbachmann/cel-js';
import { aKindOf } from '../value-kind.js';
import { operatorError } from './binary-operators.js';
import { isFatal } from './failure.js';
import type { Evaluate } from './frame.js';
import { sourceOf } from './unit.js';
import type { Locals, Unit } from './unit.js';

type LogicNode = Extract<ASTNode, { op: '&&' | '||' }>;
type ConditionalNode = Extract<ASTNode, { op: '?:' }>;
type UnaryNode = Extract<ASTNode, { op: '!_' | '-_' }>;

/** The operands of `a && b && c`, however the tree groups them: chains stay flat, whatever their length. */
export function operandsOf(node: ASTNode, op: '&&' | '||'): ASTNode[] {
  const operands: ASTNode[] = [];
  const waiting = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.op === op) waiting.push(next.args[1], next.args[0]);
    else operands.push(next);
  }
  return operands;
}

/** CEL's and/or: one operand that decides outweighs errors in the others; otherwise the first error is raised. */
export function compileLogic(unit: Unit, node: LogicNode, locals: Locals): Evaluate {
  const decisive = node.op === '||';
  const operands = operandsOf(node, node.op).map((operand) => ({
    evaluate: unit.compile(operand, locals),
    text: sourceOf(unit, operand),
  }));
  return (frame) => {
    let failure: unknown;
    for (const { evaluate, text } of operands) {
      try {
        if (truth(evaluate(frame), text) === decisive) return decisive;
      } catch (error) {
        if (isFatal(error)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !decisive;
  };
}

export function compileConditional(unit: Unit, node: ConditionalNode, locals: Locals): Evaluate {
  const [condition, consequent, alternative] = node.args.map((part) => unit.compile(part, locals)) as [
    Evaluate,
    Evaluate,
    Evaluate,
  ];
  const text = sourceOf(unit, node.args[0]);
  return (frame) => (truth(condition(frame), text) ? consequent(frame) : alternative(frame));
}

export function compileUnary(unit: Unit, node: UnaryNode, locals: Locals): Evaluate {
  const operand = unit.compile(node.args, locals);
  const text = sourceOf(unit, node);
  if (node.op === '!_')
    return (frame) => !truth(operand(frame), text, unit.text.startsWith('not', node.start));
  return (frame) => {
    const value = operand(frame);
    if (typeof value === 'number') return 0 - value;
    throw operatorError(`'-' cannot take ${aKindOf(value)}`, text);
  };
}

/** There is no truthiness: a text such as "false" must not pass for true. */
export function truth(value: unknown, text: string, isWord = false): boolean {
  if (typeof value === 'boolean') return value;
  const hint = isWord ? "'not' binds as tightly as '!': write not (…)" : undefined;
  throw operatorError(`must be true or false, not ${aKindOf(value)}`, text, hint);
}
