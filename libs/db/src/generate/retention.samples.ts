import { applyRetention } from '../retention/apply-retention.js';
import { listRetention, setRetention } from '../retention/retention.repository.js';
import type { Samples } from './sample.js';

const oneBatch = { batchSize: 1, maxBatches: 1 };

/** What is kept no longer. */
export const retentionSamples: Samples = {
  retention: {
    listRetention: (db) => listRetention(db),
    setRetention: (db) => setRetention(db, 'event', 86_400),
    applyRetention: (db) => applyRetention(db, oneBatch),
    'applyRetention (dry run)': (db) => applyRetention(db, { ...oneBatch, dryRun: true }),
  },
};
