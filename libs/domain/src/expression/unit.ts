import type { ASTNode } from '@marcbachmann/cel-js';
import type { ErrorDetail } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { Evaluate } from './frame.js';
import { linePosition } from './source-position.js';

export type Locals = ReadonlyMap<string, number>;

/** One expression while it is compiled: its text, the names it may use, and the problems found so far. */
export interface Unit {
  readonly text: string;
  readonly names: NameRules | undefined;
  readonly problems: ErrorDetail[];
  /** Names of the context that are read. */
  readonly roots: Set<string>;
  /** Compiles an operand. Handed down because operators contain each other. */
  readonly compile: (node: ASTNode, locals: Locals) => Evaluate;
  depth: number;
  slots: number;
}

/** Names an expression may start from; a list of members when only those exist, null when any may. */
export type NameRules = ReadonlyMap<string, readonly string[] | null>;

/** `['pack.config', 'event']` → `pack` with member `config` only, `event` with any. */
export function nameRules(namespaces: readonly string[]): NameRules {
  const rules = new Map<string, string[] | null>();
  for (const entry of namespaces) {
    const dot = entry.indexOf('.');
    if (dot < 0) rules.set(entry, null);
    else rules.set(entry.slice(0, dot), [...(rules.get(entry.slice(0, dot)) ?? []), entry.slice(dot + 1)]);
  }
  return rules;
}

export function sourceOf(unit: Unit, node: ASTNode): string {
  return unit.text.slice(node.start, node.end);
}

export function addProblem(unit: Unit, offset: number, message: string, hint?: string): void {
  const detail: ErrorDetail = { path: '', message: `${linePosition(unit.text, offset)}: ${message}` };
  if (hint !== undefined) detail.hint = hint;
  unit.problems.push(detail);
}

/** A name that is neither a variable of the expression nor offered by the context. */
export function checkName(unit: Unit, node: ASTNode, name: string, locals: Locals): void {
  if (locals.has(name)) return;
  unit.roots.add(name);
  if (unit.names === undefined || unit.names.has(name)) return;
  const known = [...locals.keys(), ...unit.names.keys()].filter((known) => !known.endsWith('()'));
  addProblem(
    unit,
    node.start,
    `unknown name '${name}'`,
    didYouMean(name, known) ?? listed('known names', known),
  );
}

/** `event.paylod`: a member of a namespace whose members are all known. */
export function checkMember(unit: Unit, node: ASTNode, root: string, member: string): void {
  const members = unit.names?.get(root);
  if (!members || members.includes(member)) return;
  const hint = didYouMean(member, members) ?? listed(`${root} has`, members);
  addProblem(unit, node.pos, `'${root}' has no '${member}'`, hint);
}

export function listed(title: string, names: readonly string[]): string {
  return `${title}: ${names.join(', ')}`;
}
