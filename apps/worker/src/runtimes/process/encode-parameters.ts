import type { ParameterFormat } from '@attune/domain';
import { stringify } from 'yaml';

export interface ParameterText {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly parameterFormat: ParameterFormat;
  /** Names that may become variables of a shell; every one when the action declares none. */
  readonly declared: readonly string[] | undefined;
}

/** Parameters as a program gets them, in the format its action asks for. */
export function encodeParameters(request: ParameterText): string {
  const { parameters, parameterFormat } = request;
  if (parameterFormat === 'json') return `${JSON.stringify(parameters)}\n`;
  if (parameterFormat === 'yaml') return stringify(parameters);
  return shellAssignments(flatten(declaredParameters(request)));
}

export function declaredParameters(request: Omit<ParameterText, 'parameterFormat'>): Record<string, unknown> {
  const { parameters, declared = Object.keys(parameters) } = request;
  return Object.fromEntries(declared.map((name) => [name, parameters[name]]));
}

/**
 * One `NAME='value'` line per parameter, safe for a shell's eval and for dotenv readers. Characters that no
 * variable name may have become `_`; lists and maps are JSON; what is null is left out.
 */
export function shellAssignments(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${variableName(name)}=${shellQuoted(textOf(value))}\n`)
    .join('');
}

/** Members of maps become variables of their own: `server: {port: 1}` is `server_port`. */
function flatten(values: Readonly<Record<string, unknown>>, prefix = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      isMap(value)
        ? Object.entries(flatten(value, `${prefix}${key}_`))
        : [[`${prefix}${key}`, value] as const],
    ),
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function variableName(name: string): string {
  const usable = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[0-9]|^$/.test(usable) ? `_${usable}` : usable;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Nothing is special between single quotes but the quote itself; no shell value can hold NUL. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`;
}
