import type { Routes } from '@attune/contract';
import { mintExecutionToken, mintSensorToken, mintWorkerToken, renewToken } from '../auth/daemon-tokens.js';
import type { SignedToken } from '../auth/token-signer.js';
import type { GroupHandlers } from '../http/call.js';
import { openParameters } from '../secrets/open-parameters.js';

export const daemonTokenHandlers: GroupHandlers<Routes['daemonTokens']> = {
  sensor: async (call) => {
    const { access, principal, body } = call;
    access.require({ ownerIdentityId: principal.identityId });
    const minted = await mintSensorToken(call, {
      sensor: body.sensor_ref,
      triggers: body.trigger_types,
      lifetimeSeconds: body.ttl_seconds,
    });
    const { sensor_ref, trigger_types } = body;
    return { ...show(minted), identity_id: principal.identityId, sensor_ref, trigger_types };
  },

  worker: async (call) => {
    const { access, principal, body } = call;
    access.require({ ownerIdentityId: principal.identityId });
    const { worker_id: worker, incarnation } = body;
    return { ...show(await mintWorkerToken(call, { worker, incarnation })), worker_id: worker };
  },

  execution: async (call) => {
    const { access, principal, body } = call;
    access.require({ ownerIdentityId: principal.identityId });
    const { execution_id: id, attempt } = body;
    return { ...show(await mintExecutionToken(call, { id, attempt })), execution_id: id };
  },

  parameters: async (call) => {
    const { access, principal, body } = call;
    access.require({ ownerIdentityId: principal.identityId });
    const { execution_id: id, attempt } = body;
    return { execution_id: id, ...(await openParameters(call, { id, attempt })) };
  },

  renew: async (call) => show(await renewToken(call, call.session)),
};

function show({ token, expiresAt }: SignedToken) {
  return { token, expires_at: expiresAt.toISOString() };
}
