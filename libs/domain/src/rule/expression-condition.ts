import type { ASTNode } from '@marcbachmann/cel-js';
import { comparisons } from '../expression/binary-operators.js';
import type { ComparisonOperator } from '../expression/binary-operators.js';
import { compilePart, compileProgram, frameFor } from '../expression/compile.js';
import type { Program } from '../expression/compile.js';
import { failureMessage } from '../expression/failure.js';
import type { Evaluate, Frame } from '../expression/frame.js';
import { operandsOf, truth } from '../expression/logic.js';
import { aKindOf } from '../value-kind.js';
import type { Clause } from './clause.js';
import { nearMissOfValues } from './near-miss.js';
import { allOf, anyOf, negatedIf } from './verdict.js';
import type { Condition, Verdict } from './verdict.js';

/** What an operator becomes when its sides change places. */
const FLIPPED: Readonly<Record<ComparisonOperator, string>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  in: 'contains',
};

/**
 * A condition written as an expression: one clause per operand of its outermost `&&`, with the values compared.
 * Throws ValidationError.
 */
export function expressionCondition(
  text: string,
  namespaces: readonly string[],
  isNegated: boolean,
): Condition {
  const program = compileProgram(text, { namespaces });
  const parts = operandsOf(program.root, '&&').map((node) => partCondition(program, node, isNegated));
  if (parts.length === 1) return parts[0]!;
  return isNegated ? anyOf(parts) : allOf(parts);
}

function partCondition(program: Program, node: ASTNode, isNegated: boolean): Condition {
  const part = isComparison(node) ? comparisonPart(program, node) : plainPart(program, node);
  return ({ context, clauses }) => {
    const clause = { ...part.blank };
    clauses.push(clause);
    if (isNegated) clause.operator = `not ${clause.operator}`;
    const verdict = judged(clause, () => part.judge(clause, frameFor(program, context)));
    if (typeof verdict !== 'boolean') return verdict;
    clause.ok = negatedIf(isNegated, verdict);
    return clause.ok;
  };
}

interface Part {
  /** The clause before it is evaluated. */
  blank: Clause;
  /** Fills in the clause. */
  judge: (clause: Clause, frame: Frame) => boolean;
}

type ComparisonNode = Extract<ASTNode, { op: ComparisonOperator }>;

function isComparison(node: ASTNode): node is ComparisonNode {
  return Object.hasOwn(comparisons, node.op);
}

/** The side that is not written out is the subject: `3 < event.payload.n` tells of `event.payload.n`. */
function comparisonPart(program: Program, node: ComparisonNode): Part {
  const [leftNode, rightNode] = node.args;
  const left = compilePart(program, leftNode);
  const right = compilePart(program, rightNode);
  const isFlipped = isLiteral(leftNode) && !isLiteral(rightNode);
  const compare = comparisons[node.op];
  const text = textOf(program, node);
  const path = textOf(program, isFlipped ? rightNode : leftNode);
  const blank = blankClause(path, isFlipped ? FLIPPED[node.op] : node.op);
  return {
    blank,
    judge(clause, frame) {
      const [leftValue, rightValue] = [left(frame), right(frame)];
      clause.actual = isFlipped ? rightValue : leftValue;
      clause.expected = isFlipped ? leftValue : rightValue;
      const holds = compare(leftValue, rightValue, frame, text) === true;
      const note = node.op === '==' && !holds ? nearMissOfValues(clause.expected, clause.actual) : undefined;
      if (note !== undefined) clause.note = note;
      return holds;
    },
  };
}

function plainPart(program: Program, node: ASTNode): Part {
  const evaluate: Evaluate = compilePart(program, node);
  const text = textOf(program, node);
  const blank = { ...blankClause(text, 'expression'), expected: true };
  return {
    blank,
    judge(clause, frame) {
      clause.actual = evaluate(frame);
      if (typeof clause.actual !== 'boolean')
        clause.note = `gives ${aKindOf(clause.actual)}, not true or false`;
      return truth(clause.actual, text);
    },
  };
}

function blankClause(path: string, operator: string): Clause {
  return { path, operator, expected: undefined, actual: undefined, ok: false };
}

function isLiteral(node: ASTNode): boolean {
  return node.op === 'value' || node.op === 'list' || node.op === 'map';
}

function textOf(program: Program, node: ASTNode): string {
  return program.text.slice(node.start, node.end);
}

function judged(clause: Clause, judge: () => boolean): Verdict {
  try {
    return judge();
  } catch (error) {
    const message = failureMessage(error);
    clause.note = message;
    return { error: message };
  }
}
