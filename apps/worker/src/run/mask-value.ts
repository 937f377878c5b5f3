import { maskText } from '../logs/masker.js';

/** A JSON value without secrets: in texts, keys and numbers. */
export function maskValue(value: unknown, secrets: readonly string[]): unknown {
  return secrets.length === 0 ? value : mapTexts(value, (text) => maskText(text, secrets));
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'number') return changedNumber(value, change);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [change(key), mapTexts(child, change)]),
  );
}

function changedNumber(value: number, change: (text: string) => string): number | string {
  const text = String(value);
  const changed = change(text);
  return changed === text ? value : changed;
}
