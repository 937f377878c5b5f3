import { z } from 'zod';

/** Streams of the API: changes and logs that are followed. */
export const streamsConfig = z
  .strictObject({
    max_open: z.int().min(1).default(1000).describe('streams open at once'),
    max_open_per_identity: z.int().min(1).default(100).describe('of them, those of one account'),
    recheck_ms: z
      .int()
      .min(50)
      .max(5000)
      .default(2000)
      .describe('how often a quiet stream is looked at: whether its token holds, whether its log has grown'),
    alive_ms: z
      .int()
      .min(50)
      .default(15_000)
      .describe('pause after which a quiet stream says where it stands'),
    max_waiting: z
      .int()
      .min(100)
      .default(10_000)
      .describe('changes that may wait for a client before it is cut off as too slow'),
    replay: z.int().min(0).max(1_000_000).default(50_000).describe('changes kept for clients that come back'),
  })
  .prefault({})
  .describe('streams of changes and of logs');

export type StreamsConfig = z.output<typeof streamsConfig>;
