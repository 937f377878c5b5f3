/** The same request again and again, on so many connections that stay open. */
export interface Load {
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  connections: number;
  seconds: number;
}

/** What the load generator saw. */
export type Answered =
  { perSecond: number; requests: number; p50Ms: number; p99Ms: number } | { fault: string };
