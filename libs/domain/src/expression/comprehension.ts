import type { ASTNode } from '@marcbachmann/cel-js';
import { aKindOf, isMap } from '../value-kind.js';
import { operatorError } from './binary-operators.js';
import { isFatal } from './failure.js';
import { charge } from './frame.js';
import type { Evaluate, Frame } from './frame.js';
import { truth } from './logic.js';
import { addProblem, sourceOf } from './unit.js';
import type { Locals, Unit } from './unit.js';

type MethodNode = Extract<ASTNode, { op: 'rcall' }>;

interface Loop {
  items: (frame: Frame) => readonly unknown[];
  slot: number;
  /** Steps that one round costs. */
  cost: number;
  /** Source of the predicate. */
  text: string;
}

/** `part` is the predicate, or the transformation; `transform` follows a predicate in `map(x, test, transform)`. */
type Body = (loop: Loop, part: Evaluate, transform?: Evaluate) => Evaluate;

interface Macro {
  /** Numbers of arguments, the variable included. */
  readonly sizes: readonly number[];
  readonly body: Body;
}

const macros: Readonly<Record<string, Macro>> = {
  all: { sizes: [2], body: (loop, test) => quantifier(loop, test, false) },
  exists: { sizes: [2], body: (loop, test) => quantifier(loop, test, true) },
  exists_one: { sizes: [2], body: existsOne },
  filter: { sizes: [2], body: filter },
  map: { sizes: [2, 3], body: map },
};

export const macroNames = Object.keys(macros);

/** `list.map(x, …)` and its like: undefined when the call is none of them. */
export function compileComprehension(unit: Unit, node: MethodNode, locals: Locals): Evaluate | undefined {
  const [name, receiver, args] = node.args;
  const macro = Object.hasOwn(macros, name) ? macros[name] : undefined;
  const variable = args[0];
  if (!macro || variable?.op !== 'id' || !macro.sizes.includes(args.length)) return undefined;
  const items = itemsOf(unit, receiver, locals);
  const slot = unit.slots++;
  const inner = new Map(locals).set(variable.args, slot);
  const [part, transform] = args.slice(1).map((argument) => unit.compile(argument, inner));
  const cost = 1 + Math.ceil((node.end - variable.end) / 4);
  return macro.body({ items, slot, cost, text: sourceOf(unit, args[1]!) }, part!, transform);
}

/** `cel.bind(name, value, expression)` */
export function compileBind(unit: Unit, node: MethodNode, locals: Locals): Evaluate {
  const [variable, value, body] = node.args[2];
  if (variable?.op !== 'id' || !value || !body) {
    addProblem(unit, node.start, 'cel.bind needs a name, a value and an expression');
    return () => null;
  }
  const slot = unit.slots++;
  const bound = unit.compile(value, locals);
  const result = unit.compile(body, new Map(locals).set(variable.args, slot));
  return (frame) => {
    frame.locals[slot] = bound(frame);
    return result(frame);
  };
}

/** Elements of a list, keys of a map. */
function itemsOf(unit: Unit, node: ASTNode, locals: Locals): (frame: Frame) => readonly unknown[] {
  const source = unit.compile(node, locals);
  const text = sourceOf(unit, node);
  return (frame) => {
    const value = source(frame);
    if (Array.isArray(value)) return value as readonly unknown[];
    if (isMap(value)) return Object.keys(value);
    throw operatorError(`must be a list or a map, not ${aKindOf(value)}`, text);
  };
}

/** As CEL has it: an element that decides outweighs errors of the others. */
function quantifier(loop: Loop, test: Evaluate, decisive: boolean): Evaluate {
  return (frame) => {
    let failure: unknown;
    for (const item of loop.items(frame)) {
      try {
        if (passes(loop, frame, item, test) === decisive) return decisive;
      } catch (error) {
        if (isFatal(error)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !decisive;
  };
}

function existsOne(loop: Loop, test: Evaluate): Evaluate {
  return (frame) => loop.items(frame).filter((item) => passes(loop, frame, item, test)).length === 1;
}

function filter(loop: Loop, test: Evaluate): Evaluate {
  return (frame) => loop.items(frame).filter((item) => passes(loop, frame, item, test));
}

function map(loop: Loop, part: Evaluate, transform?: Evaluate): Evaluate {
  const [test, result] = transform === undefined ? [undefined, part] : [part, transform];
  return (frame) => {
    const results: unknown[] = [];
    for (const item of loop.items(frame)) {
      if (test && !passes(loop, frame, item, test)) continue;
      charge(frame, loop.cost);
      frame.locals[loop.slot] = item;
      results.push(result(frame));
    }
    return results;
  };
}

function passes(loop: Loop, frame: Frame, item: unknown, test: Evaluate): boolean {
  charge(frame, loop.cost);
  frame.locals[loop.slot] = item;
  return truth(test(frame), loop.text);
}
