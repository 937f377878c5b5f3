import type { z } from 'zod';

import { actionDocument } from './action.document.js';
import { permissionSetDocument } from './permission-set.document.js';
import { policyDocument } from './policy.document.js';
import { ruleDocument } from './rule.document.js';
import { runtimeDocument } from './runtime.document.js';
import { sensorDocument } from './sensor.document.js';
import { triggerDocument } from './trigger.document.js';

/** Folder of a pack → the schema of its YAML files, in the order of installation: what is referred to comes first. */
export const documentSchemas = {
  permission_sets: permissionSetDocument,
  runtimes: runtimeDocument,
  sensors: sensorDocument,
  triggers: triggerDocument,
  actions: actionDocument,
  rules: ruleDocument,
  policies: policyDocument,
};

export type ComponentFolder = keyof typeof documentSchemas;

export type ComponentDocuments = { readonly [F in ComponentFolder]: z.output<(typeof documentSchemas)[F]> };

export const componentFolders = Object.keys(documentSchemas) as ComponentFolder[];
