import { UnauthenticatedError } from '@attune/domain';
import { HttpError } from '../../http/http-error.js';

/** The provider does not answer, or not in a way that could be its own: the configuration or the provider is broken. */
export class ProviderUnavailableError extends HttpError {
  constructor(what: string, cause?: unknown) {
    super('SERVICE_UNAVAILABLE', what, { headers: { 'retry-after': '5' }, cause });
  }
}

/** What came back does not prove who somebody is. */
export class ProviderRefusedError extends UnauthenticatedError {}
