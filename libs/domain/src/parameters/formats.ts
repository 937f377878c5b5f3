import addFormats from 'ajv-formats';
import type { Format } from 'ajv';
import { isCidr } from '../cidr.js';
import { patternProblem } from '../linear-regex.js';
import { isTimezone } from '../zone.js';

/** Some of the library's patterns take time that grows with the square of the text. */
const MAX_LENGTH = 2000;

const STANDARD = [
  'date',
  'time',
  'date-time',
  'duration',
  'uri',
  'uri-reference',
  'url',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'json-pointer',
] as const;

/** Formats that say how a value is shown, not what it is. */
const HINTS = ['password', 'secret', 'multiline', 'textarea', 'markdown', 'binary', 'byte'];

/** Every format a schema may name. */
export const formats: Readonly<Record<string, true | ((text: string) => boolean)>> = {
  ...Object.fromEntries(STANDARD.map((name) => [name, bounded(addFormats.default.get(name))])),
  ...Object.fromEntries(HINTS.map((name) => [name, true as const])),
  cidr: isCidr,
  timezone: isTimezone,
  regex: (text) => patternProblem(text) === undefined,
};

function bounded(format: Format): (text: string) => boolean {
  const test = testOf(format);
  return (text) => text.length <= MAX_LENGTH && test(text);
}

function testOf(format: Format): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === 'function') return format;
  if (typeof format === 'object' && typeof format.validate === 'object') return testOf(format.validate);
  if (typeof format === 'object' && typeof format.validate === 'function') {
    const { validate } = format as { validate: (text: string) => boolean };
    return validate;
  }
  return () => true;
}
