import type { ASTNode } from '@marcbachmann/cel-js';
import { aKindOf, setKey } from '../value-kind.js';
import { compileAccess, compileName } from './access.js';
import type { AccessNode } from './access.js';
import { arithmetic, comparisons, operatorError } from './binary-operators.js';
import type { BinaryOperator } from './binary-operators.js';
import { compileCall, compileMethod } from './call.js';
import type { Evaluate } from './frame.js';
import { compileConditional, compileLogic, compileUnary } from './logic.js';
import { addProblem, sourceOf } from './unit.js';
import type { Locals, Unit } from './unit.js';

/** Operators within operators that one expression may have; `&&`, `||` count once however long the chain. */
const MAX_TREE_DEPTH = 250;

type NodeOf<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;
type BinaryNode = NodeOf<keyof typeof comparisons | keyof typeof arithmetic>;

const binary: Readonly<Record<string, BinaryOperator>> = { ...comparisons, ...arithmetic };

type Compilers = {
  readonly [Op in ASTNode['op']]: (unit: Unit, node: NodeOf<Op>, locals: Locals) => Evaluate;
};

const compilers: Compilers = {
  value: compileLiteral,
  id: compileName,
  '.': access,
  '.?': access,
  '[]': access,
  '[?]': access,
  call: compileCall,
  rcall: compileMethod,
  list: compileList,
  map: compileMap,
  '?:': compileConditional,
  '&&': compileLogic,
  '||': compileLogic,
  '!_': compileUnary,
  '-_': compileUnary,
  '==': compileBinary,
  '!=': compileBinary,
  '<': compileBinary,
  '<=': compileBinary,
  '>': compileBinary,
  '>=': compileBinary,
  in: compileBinary,
  '+': compileBinary,
  '-': compileBinary,
  '*': compileBinary,
  '/': compileBinary,
  '%': compileBinary,
};

/** A tree of closures for a tree of nodes. Problems are collected in the unit; what has one evaluates to null. */
export function compileNode(unit: Unit, node: ASTNode, locals: Locals): Evaluate {
  if (unit.depth >= MAX_TREE_DEPTH) {
    if (!unit.problems.some(({ message }) => message.includes('nested'))) {
      addProblem(unit, node.start, 'the expression is nested too deeply');
    }
    return () => null;
  }
  unit.depth++;
  const compile = compilers[node.op] as (unit: Unit, node: ASTNode, locals: Locals) => Evaluate;
  const compiled = compile(unit, node, locals);
  unit.depth--;
  return compiled;
}

function access(unit: Unit, node: AccessNode, locals: Locals): Evaluate {
  return compileAccess(unit, node, locals);
}

/** Integers are numbers like those of JSON: the library's own integers and unsigned ones end here. */
function compileLiteral(unit: Unit, node: NodeOf<'value'>): Evaluate {
  const literal = node.args;
  if (literal instanceof Uint8Array) {
    addProblem(unit, node.start, 'there are no bytes; b64decode() and b64encode() work on text');
    return () => null;
  }
  const isInteger = typeof literal === 'bigint' || (typeof literal === 'object' && literal !== null);
  const value = isInteger ? Number(literal) : literal;
  if (isInteger && !Number.isSafeInteger(value)) {
    addProblem(unit, node.start, 'the number is too large to be exact');
  }
  return () => value;
}

function compileBinary(unit: Unit, node: BinaryNode, locals: Locals): Evaluate {
  const operator = binary[node.op]!;
  const left = unit.compile(node.args[0], locals);
  const right = unit.compile(node.args[1], locals);
  const text = sourceOf(unit, node);
  return (frame) => operator(left(frame), right(frame), frame, text);
}

function compileList(unit: Unit, node: NodeOf<'list'>, locals: Locals): Evaluate {
  const elements = node.args.map((element) => unit.compile(element, locals));
  return (frame) => elements.map((element) => element(frame));
}

function compileMap(unit: Unit, node: NodeOf<'map'>, locals: Locals): Evaluate {
  const entries = node.args.map(([key, value]) => ({
    key: unit.compile(key, locals),
    value: unit.compile(value, locals),
    text: sourceOf(unit, key),
  }));
  return (frame) => {
    const map: Record<string, unknown> = {};
    for (const { key, value, text } of entries) setKey(map, keyName(key(frame), text), value(frame));
    return map;
  };
}

function keyName(key: unknown, text: string): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'boolean') return String(key);
  throw operatorError(`the key of a map is a string, not ${aKindOf(key)}`, text);
}
