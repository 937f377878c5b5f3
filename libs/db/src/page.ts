/** Which part of a list. `cursor` continues after an earlier page; `offset` is for page numbers. */
export interface PageRequest {
  /** Rows at most; 1 to 1,000, larger values are clamped. */
  limit: number;
  cursor?: string | undefined;
  offset?: number | undefined;
  /** Count all rows that match: costs a scan on large tables. */
  total?: boolean | undefined;
}

export interface Page<Row> {
  items: Row[];
  /** Absent on the last page. */
  nextCursor?: string;
  total?: number;
}
