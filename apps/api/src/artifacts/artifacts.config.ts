import { z } from 'zod';

const megabyte = 1024 * 1024;

/** Where the bytes of artifacts are, and how they are kept. */
export const artifactsConfig = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .default('artifacts')
      .describe('folder of the bytes of artifacts; all API processes share it'),
    max_upload_bytes: z
      .int()
      .min(1024)
      .default(256 * megabyte)
      .describe('largest upload'),
    retention_interval_ms: z
      .int()
      .min(1000)
      .default(60_000)
      .describe('pause between two looks for versions that are kept no longer'),
    orphan_interval_ms: z
      .int()
      .min(1000)
      .default(600_000)
      .describe('pause between two looks for bytes that a crash has left'),
  })
  .prefault({})
  .describe('artifacts');

export type ArtifactsConfig = z.output<typeof artifactsConfig>;
