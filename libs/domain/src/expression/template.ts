import { ExpressionError, ValidationError } from '../errors.js';
import { forgedSecrets } from '../secret/secret-document.js';
import { joinedSecret, SecretValue } from '../secret/secret-value.js';
import { frameFor } from './compile.js';
import type { Program } from './compile.js';
import { compileTemplate } from './compile-template.js';
import type { Template, TemplatePiece } from './compile-template.js';
import { orExpressionError } from './failure.js';
import { limitedString } from './frame.js';
import { jsonValue } from './json-value.js';
import { mapStrings } from './map-strings.js';
import { asText } from './text.js';

/**
 * Evaluates every `{{ expression }}` in the strings of a value, at any depth. A string that is exactly one
 * template takes the expression's value and type, otherwise values are written into the text. Throws
 * ExpressionError with the path of the string. Strings without a template are shared, not copied. What holds a secret,
 * a key (`{{ keys.ops.token }}`) or one that an expression gives, becomes a SecretValue.
 */
export function renderTemplate(value: unknown, context: Record<string, unknown>): unknown {
  return orExpressionError('', () =>
    unforged(mapStrings(value, '', (text, path) => renderText(text, path, context))),
  );
}

/** An event may hold whatever its sender likes, and must not have a key of the rule's owner opened by it. */
function unforged(value: unknown): unknown {
  const [forged] = forgedSecrets(value);
  if (forged === undefined) return value;
  throw new ExpressionError(`${forged.path}: ${forged.message}`, { details: [forged] });
}

function renderText(text: string, path: string, context: Record<string, unknown>): unknown {
  try {
    return orExpressionError(text, () => rendered(compileTemplate(text), context));
  } catch (error) {
    throw located(error, path);
  }
}

function rendered(template: Template, context: Record<string, unknown>): unknown {
  const [only] = template;
  if (template.length === 1 && only !== undefined && typeof only === 'object') return valueOf(only, context);
  const pieces = template.map((piece) => textOf(piece, context));
  const texts = pieces.filter((piece) => typeof piece === 'string');
  return texts.length < pieces.length ? joinedSecret(pieces) : limitedString(texts.join(''));
}

function valueOf(piece: Program | SecretValue, context: Record<string, unknown>): unknown {
  if (piece instanceof SecretValue) return piece;
  const frame = frameFor(piece, context);
  const value = piece.evaluate(frame);
  return value instanceof SecretValue ? value : jsonValue(value, frame);
}

function textOf(piece: TemplatePiece, context: Record<string, unknown>): string | SecretValue {
  if (typeof piece === 'string' || piece instanceof SecretValue) return piece;
  const frame = frameFor(piece, context);
  const value = piece.evaluate(frame);
  return value instanceof SecretValue ? value : asText(value, frame);
}

function located(error: unknown, path: string): unknown {
  if (!(error instanceof ExpressionError || error instanceof ValidationError)) return error;
  const [detail] = error.details;
  const hint = detail?.hint === undefined ? {} : { hint: detail.hint };
  const message = path === '' ? error.message : `${path}: ${error.message}`;
  return new ExpressionError(message, { details: [{ path, message: error.message, ...hint }], cause: error });
}
