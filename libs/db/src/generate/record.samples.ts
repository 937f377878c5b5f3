import * as version from '../repositories/artifact-version.repository.js';
import * as artifact from '../repositories/artifact.repository.js';
import * as inquiry from '../repositories/inquiry.repository.js';
import * as notification from '../repositories/notification.repository.js';
import * as runtimeVersion from '../repositories/runtime-version.repository.js';
import type { Samples } from './sample.js';
import { firstPage } from './sample.js';

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
    listInquiries: (db) =>
      inquiry.listInquiries(
        db,
        { status: 'pending', execution: 1, assigned_to: 1, assigned_role: 'operator' },
        firstPage,
      ),
    respondInquiry: (db) => inquiry.respondInquiry(db, 1, { response: { ok: true }, by: 1 }),
    cancelInquiry: (db) => inquiry.cancelInquiry(db, 1),
    expireInquiries: (db) => inquiry.expireInquiries(db, { limit: 100 }),
  },
  artifact: {
    insertArtifact: (db) => artifact.insertArtifact(db, { ref: 'report.csv', type: 'file_datatable' }),
    findArtifact: (db) => artifact.findArtifact(db, 1),
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
        },
        firstPage,
      ),
    updateArtifact: (db) => artifact.updateArtifact(db, 1, { name: null }),
    deleteArtifact: (db) => artifact.deleteArtifact(db, 1),
  },
  'artifact-version': {
    insertArtifactVersion: (db) => version.insertArtifactVersion(db, { artifact: 1, content_json: {} }),
    findArtifactVersion: (db) => version.findArtifactVersion(db, 1),
    listArtifactVersions: (db) => version.listArtifactVersions(db, 1, firstPage),
    deleteArtifactVersion: (db) => version.deleteArtifactVersion(db, 1, 1),
  },
  'runtime-version': {
    ensureRuntimeVersion: (db) =>
      runtimeVersion.ensureRuntimeVersion(db, {
        runtime_ref: 'core.python',
        version: '3.12.1',
        is_default: true,
      }),
    listRuntimeVersions: (db) => runtimeVersion.listRuntimeVersions(db, 'core.python'),
  },
};
