import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from '../nearest.js';
import { patternProblem } from '../linear-regex.js';
import { aKindOf } from '../value-kind.js';
import { compileDefault, compileHas, isAccess } from './access.js';
import { compileBind, compileComprehension, macroNames } from './comprehension.js';
import { Failure } from './failure.js';
import { charge } from './frame.js';
import type { Evaluate, Frame } from './frame.js';
import { isOfKind } from './functions/expression-function.js';
import type { ExpressionFunction } from './functions/expression-function.js';
import { functions } from './functions/function-table.js';
import { addProblem, sourceOf } from './unit.js';
import type { Locals, Unit } from './unit.js';

type CallNode = Extract<ASTNode, { op: 'call' }>;
type MethodNode = Extract<ASTNode, { op: 'rcall' }>;

/** Functions that only a context can provide, under the key `name()`: as a function, or as the value itself. */
const contextFunctions = ['now', 'succeeded', 'failed', 'timed_out', 'result'];
const patternFunctions = new Set(['matches', 'match', 'regex']);
const nothing: Evaluate = () => null;

/** `name(a, b)` */
export function compileCall(unit: Unit, node: CallNode, locals: Locals): Evaluate {
  const [name, args] = node.args;
  if (name === 'has') return has(unit, node, locals);
  if (name === 'default') return withDefault(unit, node, args, locals);
  if (isContextFunction(unit, name)) return contextFunction(unit, node);
  return apply(unit, { node, name, offset: node.start, args }, locals);
}

/** `a.name(b)` */
export function compileMethod(unit: Unit, node: MethodNode, locals: Locals): Evaluate {
  const [name, receiver, args] = node.args;
  if (receiver.op === 'id' && receiver.args === 'cel' && name === 'bind')
    return compileBind(unit, node, locals);
  const macro = compileComprehension(unit, node, locals);
  if (macro) return macro;
  if (name === 'default') return withDefault(unit, node, [receiver, ...args], locals);
  const offset = unit.text.indexOf(name, receiver.end);
  return apply(unit, { node, name, offset, args: [receiver, ...args] }, locals);
}

interface Application {
  node: ASTNode;
  name: string;
  /** Of the name in the text. */
  offset: number;
  args: readonly ASTNode[];
}

function apply(unit: Unit, application: Application, locals: Locals): Evaluate {
  const { node, name, offset, args } = application;
  const known = functions.get(name);
  if (!known) {
    addProblem(unit, offset, `unknown function '${name}'`, unknownFunctionHint(unit, name));
    return nothing;
  }
  const problem = countProblem(known, name, args.length) ?? patternArgumentProblem(name, args);
  if (problem !== undefined) addProblem(unit, offset, problem);
  const values = args.map((arg) => unit.compile(arg, locals));
  return invoke(known, name, values, sourceOf(unit, node));
}

function invoke(called: ExpressionFunction, name: string, args: readonly Evaluate[], text: string): Evaluate {
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    charge(frame, 1 + work(values));
    checkKinds(called, name, values, text);
    try {
      return called.run(frame, ...values);
    } catch (error) {
      throw located(error, name, text);
    }
  };
}

/** What a function may have to look at: its time is bounded by that. */
function work(values: readonly unknown[]): number {
  let steps = 0;
  for (const value of values) {
    if (typeof value === 'string') steps += value.length >> 6;
    else if (Array.isArray(value)) steps += value.length;
  }
  return steps;
}

function checkKinds(
  called: ExpressionFunction,
  name: string,
  values: readonly unknown[],
  text: string,
): void {
  for (const [index, parameter] of called.parameters.entries()) {
    const kind = parameter.replace('?', '') as Parameters<typeof isOfKind>[0];
    const value = values[index];
    if ((value === undefined && parameter.endsWith('?')) || isOfKind(kind, value)) continue;
    const which = called.parameters.length > 1 ? ` as argument ${index + 1}` : '';
    const article = kind === 'integer' ? 'an' : 'a';
    const message = `${name}() needs ${article} ${kind}${which}, not ${aKindOf(value)}`;
    throw new Failure('value', text, message);
  }
}

/** A function knows what is wrong, the call knows where. */
function located(thrown: unknown, name: string, text: string): unknown {
  if (!(thrown instanceof Failure) || thrown.path !== '' || thrown.kind === 'limit') return thrown;
  return new Failure(thrown.kind, text, `${name}(): ${thrown.reason}`, thrown.hint);
}

function has(unit: Unit, node: CallNode, locals: Locals): Evaluate {
  const argument = node.args[1][0];
  if (node.args[1].length === 1 && argument && isAccess(argument)) return compileHas(unit, argument, locals);
  addProblem(unit, node.start, 'has() needs one field', 'as in has(event.payload.user)');
  return nothing;
}

function withDefault(unit: Unit, node: ASTNode, args: readonly ASTNode[], locals: Locals): Evaluate {
  const [value, fallback] = args;
  if (value && fallback && args.length === 2) {
    return compileDefault(unit, value, unit.compile(fallback, locals), locals);
  }
  addProblem(unit, node.start, `default() needs a value and its fallback, not ${args.length} arguments`);
  return nothing;
}

function isContextFunction(unit: Unit, name: string): boolean {
  if (unit.names) return unit.names.has(`${name}()`) || contextFunctions.includes(name);
  return contextFunctions.includes(name);
}

function contextFunction(unit: Unit, node: CallNode): Evaluate {
  const [name, args] = node.args;
  const key = `${name}()`;
  unit.roots.add(key);
  if (unit.names && !unit.names.has(key)) addProblem(unit, node.start, `${key} is not available here`);
  if (args.length > 0) addProblem(unit, node.start, `${key} takes no arguments`);
  return (frame) => provided(frame, key);
}

function provided(frame: Frame, key: string): unknown {
  const value = Object.hasOwn(frame.context, key) ? frame.context[key] : undefined;
  if (value === undefined) {
    throw new Failure('value', key, 'is not available here');
  }
  return typeof value === 'function' ? (value as () => unknown)() : value;
}

function unknownFunctionHint(unit: Unit, name: string): string | undefined {
  const provided = [...(unit.names?.keys() ?? [])].filter((key) => key.endsWith('()'));
  const known = [...functions.keys(), ...macroNames, 'has', 'default'];
  return didYouMean(name, [...known, ...provided.map((key) => key.slice(0, -2))]);
}

function countProblem(called: ExpressionFunction, name: string, given: number): string | undefined {
  const { required, parameters, variadic } = called;
  if (given >= required && (variadic || given <= parameters.length)) return undefined;
  const expected = variadic
    ? `at least ${required}`
    : [...new Set([required, parameters.length])].join(' to ');
  const noun = expected.endsWith('1') ? 'argument' : 'arguments';
  return `${name}() takes ${expected} ${noun} (${parameters.join(', ')}), not ${given}`;
}

/** A pattern that is written out is checked when the expression is saved. */
function patternArgumentProblem(name: string, args: readonly ASTNode[]): string | undefined {
  const pattern = args[1];
  if (!patternFunctions.has(name) || pattern?.op !== 'value' || typeof pattern.args !== 'string')
    return undefined;
  return patternProblem(pattern.args);
}
