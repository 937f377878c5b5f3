import { parseTime } from '../expression/functions/time-parse.js';

/** A time in ISO 8601; one without an offset is in the zone. Undefined when the text is none. */
export function parseInstant(text: string, zone: string): Date | undefined {
  try {
    return parseTime(text, undefined, zone);
  } catch {
    return undefined;
  }
}
