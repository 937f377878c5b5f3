export interface YardstickSettings {
  databaseUrl: string;
  connections: number;
  /** Known from the start, as no row has to be looked up. */
  trigger: { id: number; ref: string; version: number };
}
