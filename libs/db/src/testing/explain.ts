import { CompiledQuery } from 'kysely';
import type { Db } from '../database.js';
import { largeTables } from './bulk.js';

/** A node of `explain (format json)`, as far as it is looked at. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Plan Rows': number;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

export interface Explained {
  /** Large tables that are read from end to end. */
  scanned: string[];
  /** The most rows that one sort takes, as the planner expects it. */
  sorted: number;
  /** Rows of large tables that were looked at; only when the statement was run. */
  read: number;
}

/** The plan of a statement with its values; `run` also runs it, so it must be one that reads. */
export async function explain(db: Db, query: CompiledQuery, run = false): Promise<Explained> {
  const options = run ? 'analyze, timing off, format json' : 'format json';
  const asked = CompiledQuery.raw(`explain (${options}) ${query.sql}`, [...query.parameters]);
  const { rows } = await db.executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(asked);
  const nodes = allNodes(rows[0]!['QUERY PLAN'][0].Plan);
  const onLarge = nodes.filter((node) => isLarge(node['Relation Name']));
  return {
    scanned: onLarge.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']!),
    sorted: Math.max(
      0,
      ...nodes.filter((node) => node['Node Type'] === 'Sort').map((node) => node['Plan Rows']),
    ),
    read: onLarge.reduce((sum, node) => sum + rowsRead(node), 0),
  };
}

function allNodes(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(allNodes)];
}

function isLarge(table: string | undefined): boolean {
  return (largeTables as readonly (string | undefined)[]).includes(table);
}

function rowsRead(node: PlanNode): number {
  const perLoop =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return perLoop * (node['Actual Loops'] ?? 1);
}
