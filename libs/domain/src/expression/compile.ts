import type { ASTNode } from '@marcbachmann/cel-js';
import { ValidationError } from '../errors.js';
import { LruCache } from '../lru-cache.js';
import { compileNode } from './compile-node.js';
import type { Evaluate, Frame } from './frame.js';
import { parseExpression } from './parse.js';
import { nameRules } from './unit.js';
import type { Locals, NameRules, Unit } from './unit.js';

/** Compiled expressions kept; one costs a few kilobytes. */
const CACHED = 5000;
const NO_LOCALS: Locals = new Map();
const NO_SLOTS: unknown[] = [];

export interface CompileOptions {
  /**
   * Names an expression may start from. Absent: any. `'pack.config'` allows `pack` with that member only;
   * `'now()'` allows a function that the context provides under exactly that name.
   */
  namespaces?: readonly string[];
}

/** An expression that parsed and checked; immutable, shared by everybody who compiled the same text. */
export interface CompiledExpression {
  readonly text: string;
  /** Names of the context that it reads: `event`, `pack`, `now()`. */
  readonly reads: ReadonlySet<string>;
}

/** What the library itself sees of a compiled expression. */
export interface Program extends CompiledExpression {
  readonly root: ASTNode;
  readonly evaluate: Evaluate;
  readonly slots: number;
}

const programs = new LruCache<string, Program>(CACHED);
const rulesOf = new WeakMap<readonly string[], { rules: NameRules; key: string }>();

/** Throws ValidationError; details are `line 1, column 5: …` with a hint where one is known. Cached by text. */
export function compileProgram(text: string, { namespaces }: CompileOptions = {}): Program {
  const names = namespaces && namesOf(namespaces);
  const key = names === undefined ? text : `${names.key}${text}`;
  const known = programs.get(key);
  if (known) return known;
  const program = build(text, names?.rules);
  programs.set(key, program);
  return program;
}

/** Compiles a part of a program, to be evaluated in a frame of that program. */
export function compilePart(program: Program, node: ASTNode): Evaluate {
  return compileNode(unitFor(program.text, undefined), node, NO_LOCALS);
}

export function frameFor(program: Program, context: Record<string, unknown>): Frame {
  const locals = program.slots === 0 ? NO_SLOTS : Array.from<unknown>({ length: program.slots });
  return { context, locals, steps: 0 };
}

function build(text: string, names: NameRules | undefined): Program {
  const root = parseExpression(text);
  const unit = unitFor(text, names);
  const evaluate = compileNode(unit, root, NO_LOCALS);
  const [first] = unit.problems;
  if (first) throw new ValidationError(`invalid expression: ${first.message}`, { details: unit.problems });
  return { text, root, evaluate, slots: unit.slots, reads: unit.roots };
}

function unitFor(text: string, names: NameRules | undefined): Unit {
  const unit: Unit = {
    text,
    names,
    problems: [],
    roots: new Set(),
    depth: 0,
    slots: 0,
    compile: (node, locals) => compileNode(unit, node, locals),
  };
  return unit;
}

/** No expression that parses begins as the key does, so that keys of both kinds stay apart. */
function namesOf(namespaces: readonly string[]): { rules: NameRules; key: string } {
  const known = rulesOf.get(namespaces);
  if (known) return known;
  const names = { rules: nameRules(namespaces), key: `\0${namespaces.join('\0')}\0` };
  rulesOf.set(namespaces, names);
  return names;
}
