import { Environment, ParseError } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { ValidationError } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import { limits } from './frame.js';
import { linePosition } from './source-position.js';
import { celSpelling } from './spelling.js';

/**
 * Only the parser of the library is used. Its evaluator keeps integers apart from JSON's numbers, runs users'
 * patterns on the backtracking engine, absorbs every error in `||` and `exists` and cannot be stopped; what
 * Attune promises of expressions (rules.md) is kept by compiling the tree it parses to closures instead.
 */
const parser = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 4000, maxDepth: limits.depth, maxListElements: 1000, maxCallArguments: 32 },
});

const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end',
  NUMBER: 'a number',
  STRING: 'a string',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IDENTIFIER: 'a name',
  PLUS: "'+'",
  MINUS: "'-'",
  MULTIPLY: "'*'",
  DIVIDE: "'/'",
  MODULO: "'%'",
  EQ: "'=='",
  NE: "'!='",
  LT: "'<'",
  LE: "'<='",
  GT: "'>'",
  GE: "'>='",
  AND: "'&&'",
  OR: "'||'",
  NOT: "'!'",
  IN: "'in'",
  LPAREN: "'('",
  RPAREN: "')'",
  LBRACKET: "'['",
  RBRACKET: "']'",
  LBRACE: "'{'",
  RBRACE: "'}'",
  DOT: "'.'",
  COMMA: "','",
  COLON: "':'",
  QUESTION: "'?'",
  BYTES: 'bytes',
};

const CHARACTER_HINTS: Readonly<Record<string, string>> = {
  '=': 'compare with ==',
  '&': 'write && or and',
  '|': 'write || or or; there are no filters: call a function, as in lower(x)',
  $: 'names are written without $',
  '`': 'quote strings with " or \'',
};

/** Throws ValidationError with the position in `text` as it was written. */
export function parseExpression(text: string): ASTNode {
  if (text.length > limits.textLength) {
    throw invalid({ path: '', message: `the expression is longer than ${limits.textLength} characters` });
  }
  if (text.trim() === '') throw invalid({ path: '', message: 'the expression is empty' });
  try {
    return parser.parse(celSpelling(text)).ast;
  } catch (error) {
    throw invalid(syntaxProblem(text, error), error);
  }
}

function invalid(detail: ErrorDetail, cause?: unknown): ValidationError {
  return new ValidationError(`invalid expression: ${detail.message}`, { details: [detail], cause });
}

function syntaxProblem(text: string, error: unknown): ErrorDetail {
  if (error instanceof RangeError) return { path: '', message: 'the expression is nested too deeply' };
  if (!(error instanceof ParseError)) throw error;
  const offset = Math.min(error.range?.start ?? 0, text.length);
  const position = linePosition(text, offset);
  if (/^not\b/.test(text.slice(offset))) {
    return { path: '', message: `${position}: unexpected 'not'`, hint: 'write not (a in b)' };
  }
  const detail: ErrorDetail = { path: '', message: `${position}: ${readable(error)}` };
  const hint = CHARACTER_HINTS[text[offset] ?? ''];
  if (hint !== undefined) detail.hint = hint;
  return detail;
}

/** The parser names its tokens and limits in capitals and camel case; people write symbols. */
function readable(error: ParseError): string {
  if (error.code === 'limit_exceeded') return 'the expression is nested too deeply or has too many parts';
  if (error.code === 'invalid_macro_argument') return 'needs a plain name first, as in list.all(x, x > 0)';
  const summary = error.summary
    .replace(/\b[A-Z]{2,}\b/g, (token) => TOKENS[token] ?? token)
    .replace('Unexpected token: ', 'Unexpected ');
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}
