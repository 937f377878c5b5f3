import Table from 'cli-table3';
import { Option, type Command } from 'commander';
import { stringify } from 'yaml';

export const formats = ['table', 'wide', 'json', 'jsonl', 'yaml'] as const;
export type Format = (typeof formats)[number];

/** A column of a list: its heading, and how its text is read off a row. */
export interface Column<Row> {
  heading: string;
  value: (row: Row) => unknown;
  /** Only shown with `-o wide`. */
  wide?: boolean;
}

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how results are printed').choices(formats).default('table');
}

export function formatOf(command: Command): Format {
  return command.optsWithGlobals<{ output: Format }>().output;
}

export function printList<Row>(rows: readonly Row[], columns: readonly Column<Row>[], format: Format): void {
  if (format === 'jsonl') return rows.forEach((row) => console.log(JSON.stringify(row)));
  if (format === 'json' || format === 'yaml') return printData(rows, format);
  const shown = columns.filter((column) => column.wide !== true || format === 'wide');
  const table = new Table({ head: shown.map((column) => column.heading), chars: borderless, style: plain });
  for (const row of rows) table.push(shown.map((column) => cell(column.value(row))));
  console.log(rows.length === 0 ? 'nothing found' : table.toString());
}

/** One object: fields under each other for people, or the data itself. */
export function printOne(data: object, format: Format): void {
  if (format === 'table' || format === 'wide') {
    const width = Math.max(...Object.keys(data).map((key) => key.length));
    for (const [key, value] of Object.entries(data)) console.log(`${key.padEnd(width)}  ${cell(value)}`);
    return;
  }
  printData(data, format);
}

/** One object: lines of its own for people, or the data itself. */
export function printFor<Data extends object>(
  format: Format,
  data: Data,
  lines: (data: Data) => readonly string[],
): void {
  if (format !== 'table' && format !== 'wide') return printData(data, format);
  for (const line of lines(data)) console.log(line);
}

function printData(data: unknown, format: 'json' | 'yaml' | 'jsonl'): void {
  if (format === 'yaml') console.log(stringify(data).trimEnd());
  else console.log(JSON.stringify(data, null, format === 'jsonl' ? 0 : 2));
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const plain = { head: [], border: [], 'padding-left': 0, 'padding-right': 2 };

const borders = ['top', 'bottom', 'left', 'right', 'mid', 'middle'];
const joints = ['top-mid', 'top-left', 'top-right', 'bottom-mid', 'bottom-left', 'bottom-right', 'left-mid'];

const borderless = Object.fromEntries(
  [...borders, ...joints, 'mid-mid', 'right-mid'].map((line) => [line, '']),
);
