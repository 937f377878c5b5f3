import { ValidationError } from '../errors.js';
import type { ErrorDetail } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { memberPath } from '../path.js';
import { aKindOf, isMap } from '../value-kind.js';
import type { JsonObject } from '../value-kind.js';
import { expressionCondition } from './expression-condition.js';
import { elementPath, fieldCondition } from './field-condition.js';
import type { FieldTest } from './field-condition.js';
import { parseFieldPath } from './field-path.js';
import { conditionNamespaces } from './namespaces.js';
import { operatorAliases, operatorName, operators } from './operators.js';
import { allOf, anyOf } from './verdict.js';
import type { Condition } from './verdict.js';

const MAX_DEPTH = 20;
const GROUPS = ['all', 'any', 'not', 'expression'] as const;
const FIELD_KEYS = ['field', 'operator', 'value'];

const elementNamespaces: readonly string[] = [...conditionNamespaces, 'item'];

const always: Condition = () => true;

/** Where a condition stands while the tree is read. */
interface Place {
  path: string;
  depth: number;
  isNegated: boolean;
  /** Within `search`. */
  isElement: boolean;
  problems: ErrorDetail[];
}

export interface ReadConditions {
  condition: Condition;
  problems: ErrorDetail[];
}

/**
 * All forms of conditions as one function. Negation is moved to the leaves, so that a clause that is not ok is
 * always one that speaks against the rule.
 */
export function readConditions(conditions: unknown, path: string): ReadConditions {
  const problems: ErrorDetail[] = [];
  const place = { path, depth: 0, isNegated: false, isElement: false, problems };
  return { condition: isNothing(conditions) ? always : read(conditions, place), problems };
}

function isNothing(conditions: unknown): boolean {
  if (conditions === null || conditions === undefined) return true;
  return typeof conditions === 'object' && Object.keys(conditions).length === 0;
}

function read(value: unknown, place: Place): Condition {
  if (place.depth > MAX_DEPTH) return problem(place, `is nested more than ${MAX_DEPTH} levels deep`);
  if (typeof value === 'string') return readExpression(value, place);
  if (Array.isArray(value)) return readGroup(value, place, 'all');
  if (!isMap(value))
    return problem(place, `must be an expression, a list or an object, not ${aKindOf(value)}`);
  return readObject(value, place);
}

function readObject(value: JsonObject, place: Place): Condition {
  const keys = Object.keys(value);
  if (keys.some((key) => FIELD_KEYS.includes(key))) return readField(value, place);
  const [key, ...others] = keys;
  const group = GROUPS.find((name) => name === key);
  if (group === undefined || others.length > 0) return unknownForm(keys, place);
  const inner = { ...place, path: memberPath(place.path, group), depth: place.depth + 1 };
  if (group === 'not') return read(value.not, { ...inner, isNegated: !place.isNegated });
  return group === 'expression'
    ? readExpression(value.expression, inner)
    : readGroup(value[group], inner, group);
}

function unknownForm(keys: readonly string[], place: Place): Condition {
  const unknown = keys.find((key) => !(GROUPS as readonly string[]).includes(key));
  const hint = unknown === undefined ? undefined : didYouMean(unknown, [...GROUPS, ...FIELD_KEYS]);
  return problem(place, `must have exactly one of all, any, not, expression, or field and operator`, hint);
}

function readGroup(value: unknown, place: Place, group: 'all' | 'any'): Condition {
  if (!Array.isArray(value) || value.length === 0)
    return problem(place, 'must be a list with at least one condition');
  const parts = value.map((part, index) =>
    read(part, { ...place, path: memberPath(place.path, index), depth: place.depth + 1 }),
  );
  const isAll = (group === 'all') !== place.isNegated;
  return isAll ? allOf(parts) : anyOf(parts);
}

function readExpression(value: unknown, place: Place): Condition {
  if (typeof value !== 'string') return problem(place, `must be an expression, not ${aKindOf(value)}`);
  try {
    const namespaces = place.isElement ? elementNamespaces : conditionNamespaces;
    return expressionCondition(unwrapped(value), namespaces, place.isNegated);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    place.problems.push(...error.details.map((detail) => ({ ...detail, path: place.path })));
    return always;
  }
}

/** An expression may stand in the braces of a template; blanks take their place, so that positions stay true. */
function unwrapped(text: string): string {
  return text.replace(/^(\s*)\{\{([^]*)\}\}(\s*)$/, '$1  $2  $3');
}

function readField(value: JsonObject, place: Place): Condition {
  const before = place.problems.length;
  for (const key of Object.keys(value)) {
    if (FIELD_KEYS.includes(key)) continue;
    problem(
      { ...place, path: memberPath(place.path, key) },
      'is not known here',
      didYouMean(key, FIELD_KEYS),
    );
  }
  const path = readPath(value.field, { ...place, path: memberPath(place.path, 'field') });
  const operator = readOperator(value.operator, { ...place, path: memberPath(place.path, 'operator') });
  if (place.problems.length > before) return always;
  return readTest({ field: String(value.field), path, operator, expected: value.value }, place);
}

function readTest(test: Omit<FieldTest, 'isNegated'>, place: Place): Condition {
  const { isNegated } = place;
  const at = { ...place, path: memberPath(place.path, 'value') };
  if (test.operator === 'search') {
    const nested = read(test.expected, { ...at, depth: at.depth + 1, isNegated: false, isElement: true });
    return fieldCondition({ ...test, isNegated, nested });
  }
  const wrong = operators[test.operator]!.problem(test.expected);
  return wrong === undefined ? fieldCondition({ ...test, isNegated }) : problem(at, wrong);
}

function readPath(field: unknown, place: Place): FieldTest['path'] {
  const path = typeof field === 'string' ? parseFieldPath(field) : undefined;
  if (path) return place.isElement ? elementPath(path) : path;
  problem(place, "must be a path in the payload such as 'user.name' or 'items[0]'");
  return [];
}

function readOperator(operator: unknown, place: Place): string {
  const name = typeof operator === 'string' ? operatorName(operator) : undefined;
  if (name !== undefined) return name;
  const names = [...Object.keys(operators), ...Object.keys(operatorAliases)];
  const hint = typeof operator === 'string' ? didYouMean(operator, names) : undefined;
  const known = `one of ${Object.keys(operators).join(', ')}`;
  problem(
    place,
    typeof operator === 'string' ? `unknown operator '${operator}'` : 'is missing',
    hint ?? known,
  );
  return '';
}

function problem(place: Place, message: string, hint?: string): Condition {
  place.problems.push(
    hint === undefined ? { path: place.path, message } : { path: place.path, message, hint },
  );
  return always;
}
