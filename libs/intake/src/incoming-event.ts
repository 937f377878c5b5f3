import { checkPayload } from '@attune/domain';
import type { ErrorDetail } from '@attune/domain';

import { unstorable } from './storable-json.js';

const maxDedupeKeyLength = 512;

/** One occurrence as its source reports it. Refs, not ids: callers know names. */
export interface IncomingEvent {
  /** Ref of the trigger, `pack.name`. */
  readonly trigger: string;
  readonly payload?: unknown;
  /** Circumstances of the arrival (headers, source address, timer instant); never secrets. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Ref of the sensor that saw it. */
  readonly source?: string;
  /** Ref of the only rule this event is meant for. */
  readonly rule?: string;
  /** The same key for the same trigger records one event, whenever it arrives. 1 to 512 characters. */
  readonly dedupeKey?: string;
  /** Id of the execution that led to it. */
  readonly causeExecution?: number;
}

/** What keeps an event from being recorded; `trigger` is undefined when there is none with its ref. */
export function checkEvent(
  event: IncomingEvent,
  trigger: { readonly out_schema: unknown } | undefined,
  path: string,
): ErrorDetail[] {
  if (trigger === undefined) {
    return [{ path: `${path}.trigger`, message: `there is no trigger '${event.trigger}'` }];
  }
  return [
    ...checkPayload(trigger.out_schema, event.payload, `${path}.payload`),
    ...unstorable(event.payload, `${path}.payload`),
    ...unstorable(event.config, `${path}.config`),
    ...checkDedupeKey(event.dedupeKey, `${path}.dedupe_key`),
  ];
}

function checkDedupeKey(key: string | undefined, path: string): ErrorDetail[] {
  if (key === undefined) return [];
  if (key.length === 0 || key.length > maxDedupeKeyLength) {
    return [{ path, message: `must have 1 to ${maxDedupeKeyLength} characters` }];
  }
  return unstorable(key, path);
}
