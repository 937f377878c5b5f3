import { inTransaction } from '../database.js';
import * as retention from '../repositories/artifact-retention.repository.js';
import * as version from '../repositories/artifact-version.repository.js';
import * as artifact from '../repositories/artifact.repository.js';
import * as inquiry from '../repositories/inquiry.repository.js';
import * as notification from '../repositories/notification.repository.js';
import * as runtimeVersion from '../repositories/runtime-version.repository.js';
import type { Samples } from './sample.js';
import { firstPage } from './sample.js';

const afterVersion = Buffer.from('["3","12","1","3.12.1","1"]').toString('base64url');
const laterPage = { limit: 50, cursor: afterVersion };

/** What is kept for people. */
export const recordSamples: Samples = {
  notification: {
    insertNotification: (db) =>
      notification.insertNotification(db, {
        channel: 'c',
        entity_type: 'rule',
        entity: '1',
        activity: 'new',
      }),
    findNotification: (db) => notification.findNotification(db, 1),
    getNotification: (db) => notification.getNotification(db, 1),
    listNotifications: (db) =>
      notification.listNotifications(
        db,
        { channel: 'c', entity_type: 'rule', entity: '1', state: 'created' },
        firstPage,
      ),
    updateNotification: (db) => notification.updateNotification(db, 1, { state: 'queued', content: {} }),
    deleteNotification: (db) => notification.deleteNotification(db, 1),
  },
  inquiry: {
    insertInquiry: (db) => inquiry.insertInquiry(db, { execution: 1, prompt: 'Go on?' }),
    findInquiry: (db) => inquiry.findInquiry(db, 1),
    findInquiryOfExecution: (db) => inquiry.findInquiryOfExecution(db, 1),
    getInquiry: (db) => inquiry.getInquiry(db, 1),
    deleteInquiry: (db) => inquiry.deleteInquiry(db, 1),
    listInquiries: (db) =>
      inquiry.listInquiries(
        db,
        {
          status: 'pending',
          execution: 1,
          assigned_to: 1,
          assigned_role: 'operator',
          due_before: new Date(0),
        },
        firstPage,
      ),
    reassignInquiry: (db) => inquiry.reassignInquiry(db, 1, { assigned_to: null, prompt: 'Go?' }),
    respondInquiries: (db) => inquiry.respondInquiries(db, [{ id: 1, response: { ok: true }, by: 1 }]),
    respondInquiry: (db) => inquiry.respondInquiry(db, 1, { response: { ok: true }, by: 1 }),
    cancelInquiries: (db) => inquiry.cancelInquiries(db, [1]),
    cancelInquiry: (db) => inquiry.cancelInquiry(db, 1),
    expireInquiries: (db) => inquiry.expireInquiries(db, { limit: 100 }),
    expireInquiry: (db) => inquiry.expireInquiry(db, 1),
  },
  artifact: {
    insertArtifact: (db) => artifact.insertArtifact(db, { ref: 'report.csv', type: 'file_datatable' }),
    findArtifact: (db) => artifact.findArtifact(db, 1),
    findArtifactByRef: (db) => artifact.findArtifactByRef(db, 'report.csv'),
    ensureArtifact: (db) =>
      inTransaction(db, (trx) => artifact.ensureArtifact(trx, { ref: 'report.csv', type: 'file_datatable' })),
    getArtifact: (db) => artifact.getArtifact(db, 1),
    listArtifacts: (db) =>
      artifact.listArtifacts(
        db,
        {
          ref: 'r*',
          scope: 'pack',
          owner: 'core',
          type: 'url',
          visibility: 'public',
          retention_policy: 'days',
          execution: 1,
          search: 'report 2026',
        },
        firstPage,
      ),
    updateArtifact: (db) => artifact.updateArtifact(db, 1, { data: null, retention_limit: 7 }),
    deleteArtifact: (db) => artifact.deleteArtifact(db, 1),
    appendArtifactProgress: (db) => artifact.appendArtifactProgress(db, 1, { percent: 50 }),
  },
  'artifact-version': {
    insertArtifactVersion: (db) => version.insertArtifactVersion(db, { artifact: 1, content_json: {} }),
    findArtifactVersion: (db) => version.findArtifactVersion(db, 1),
    getArtifactVersion: (db) => version.getArtifactVersion(db, 1),
    findArtifactVersionByNumber: (db) => version.findArtifactVersionByNumber(db, 1, 1),
    findLatestArtifactVersion: (db) => version.findLatestArtifactVersion(db, 1),
    listArtifactVersions: (db) => version.listArtifactVersions(db, { artifact: 1, execution: 1 }, firstPage),
    listArtifactVersionsOfExecution: (db) =>
      version.listArtifactVersionsOfExecution(db, { execution: 1 }, firstPage),
    deleteArtifactVersion: (db) => version.deleteArtifactVersion(db, 1, 1),
    listStorageKeys: (db) => version.listStorageKeys(db, 1),
    findNamedStorageKeys: (db) => version.findNamedStorageKeys(db, ['a']),
  },
  'artifact-retention': {
    expireArtifactVersions: (db) => retention.expireArtifactVersions(db, { limit: 100 }),
  },
  'runtime-version': {
    ensureRuntimeVersion: (db) =>
      runtimeVersion.ensureRuntimeVersion(db, {
        runtime_ref: 'core.python',
        version: '3.12.1',
        is_default: true,
      }),
    findRuntimeVersion: (db) => runtimeVersion.findRuntimeVersion(db, 1),
    getRuntimeVersion: (db) => runtimeVersion.getRuntimeVersion(db, 1),
    listRuntimeVersions: (db) =>
      runtimeVersion.listRuntimeVersions(
        db,
        { runtime_ref: 'core.python', version: '3.12.1', available: true, is_default: true },
        laterPage,
      ),
    updateRuntimeVersion: (db) => runtimeVersion.updateRuntimeVersion(db, 1, { is_default: true, meta: {} }),
    setRuntimeVersionAvailability: (db) => runtimeVersion.setRuntimeVersionAvailability(db, 1, false),
    deleteRuntimeVersion: (db) => runtimeVersion.deleteRuntimeVersion(db, 1),
  },
};
