import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The metrics of this process, served at /metrics. */
export const registry = new Registry();

const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface MetricOptions<L extends string> {
  /** `attune_<what>_<unit>`, e.g. `attune_events_evaluated_total`. */
  name: string;
  help: string;
  labels?: readonly L[];
}

/** Factories give the metric already registered under the name, so that services composed in one process share it. */
export function counter<L extends string = never>(options: MetricOptions<L>): Counter<L> {
  const known = registry.getSingleMetric(options.name) as Counter<L> | undefined;
  return known ?? new Counter(settings(options));
}

export function gauge<L extends string = never>(options: MetricOptions<L>): Gauge<L> {
  const known = registry.getSingleMetric(options.name) as Gauge<L> | undefined;
  return known ?? new Gauge(settings(options));
}

/** Buckets in seconds by default: 1 ms to 60 s. */
export function histogram<L extends string = never>(
  options: MetricOptions<L> & { buckets?: readonly number[] },
): Histogram<L> {
  const known = registry.getSingleMetric(options.name) as Histogram<L> | undefined;
  return known ?? new Histogram({ ...settings(options), buckets: [...(options.buckets ?? durationBuckets)] });
}

/** Adds memory, CPU, garbage collection and event-loop lag of this process. Once per process. */
export function measureProcess(): void {
  collectDefaultMetrics({ register: registry });
}

/** All of them, as Prometheus reads them. */
export async function renderMetrics(): Promise<{ contentType: string; text: string }> {
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function settings<L extends string>({ name, help, labels = [] }: MetricOptions<L>) {
  return { name, help, labelNames: [...labels], registers: [registry] };
}
