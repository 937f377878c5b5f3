import { nextTraceParent } from '../traceparent.js';
import type { Middleware } from './middleware.js';

/** Gives each delivery a span of its own in its sender's trace; what is published with causeOf() continues it. */
export const correlation: Middleware = (next) => (batch) =>
  next(
    batch.map((delivered) => {
      const { correlationId, traceparent } = delivered.envelope;
      const span = nextTraceParent(correlationId, traceparent);
      return { ...delivered, envelope: { ...delivered.envelope, traceparent: span } };
    }),
  );
