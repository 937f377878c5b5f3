import { inTransaction } from '../database.js';
import * as key from '../repositories/key.repository.js';
import { sealPackConfigs } from '../repositories/pack-secret.repository.js';
import * as sealed from '../repositories/sealed-value.repository.js';
import * as signing from '../repositories/signing-key.repository.js';
import { sealedColumns } from '../secrets/sealed-columns.js';
import { createSecretBox } from '../secrets/secret-box.js';
import type { Samples } from './sample.js';
import { firstPage } from './sample.js';

const later = new Date(86_400_000);
const box = createSecretBox({ current: Buffer.alloc(32) });
const opensAll = { ...box, rewrap: () => box.seal('', '') };
const owner = { owner_type: 'pack', owner: 'core' } as const;

/** Values that are stored sealed. */
export const secretSamples: Samples = {
  key: {
    insertKey: (db) => key.insertKey(db, box, { ref: 'core.token', ...owner, name: 'token', value: 1 }),
    findKey: (db) => key.findKey(db, 1),
    findKeyByRef: (db) => key.findKeyByRef(db, 'core.token'),
    findKeyByName: (db) => key.findKeyByName(db, owner, 'token'),
    getKey: (db) => key.getKey(db, 1),
    getKeyByRef: (db) => key.getKeyByRef(db, 'core.token'),
    getKeyByName: (db) => key.getKeyByName(db, owner, 'token'),
    listKeysOfRefs: (db) => key.listKeysOfRefs(db, ['core.token', 'core.url']),
    listKeys: (db) =>
      key.listKeys(
        db,
        { ref: 'core.*', ...owner, name: 'token', encrypted: true, search: 'of the bot' },
        firstPage,
      ),
    resolveKeys: (db) =>
      key.resolveKeys(db, { pack_ref: 'core', action_ref: 'core.ask', names: ['token', 'url'] }),
    updateKey: (db) => key.updateKey(db, box, 1, { encrypted: true, value: null }),
    deleteKey: (db) => key.deleteKey(db, 1),
  },
  'pack-secret': {
    sealPackConfigs: (db) => sealPackConfigs(db, box),
  },
  'sealed-value': {
    rewrapSecrets: async (db) => {
      for (const column of sealedColumns.keys()) {
        await sealed.rewrapSecrets(db, opensAll, { limit: 100, after: { column, row: null } });
      }
    },
    countSealedValues: (db) => sealed.countSealedValues(db),
  },
  'signing-key': {
    insertSigningKey: (db) =>
      signing.insertSigningKey(db, { kid: 'k', algorithm: 'EdDSA', public_jwk: {}, private_sealed: {} }),
    findSigningKey: (db) => signing.findSigningKey(db, 'k'),
    getSigningKey: (db) => signing.getSigningKey(db, 'k'),
    findActiveSigningKey: (db) => signing.findActiveSigningKey(db),
    listSigningKeys: (db) => signing.listSigningKeys(db, { retired: true }, firstPage),
    listPublicSigningKeys: (db) => signing.listPublicSigningKeys(db),
    retireSigningKey: (db) => signing.retireSigningKey(db, 'k', later),
    rotateSigningKey: (db) =>
      inTransaction(db, (trx) =>
        signing.rotateSigningKey(
          trx,
          { kid: 'n', algorithm: 'EdDSA', public_jwk: {}, private_sealed: {} },
          later,
        ),
      ),
    deleteSigningKey: (db) => signing.deleteSigningKey(db, 'k'),
  },
};
