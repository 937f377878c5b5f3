import { errorMessage } from '@attune/domain';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { ProviderRefusedError, ProviderUnavailableError } from './provider-error.js';

/** The provider could not be asked. */
export class ProviderDown extends Error {
  override readonly name = 'ProviderDown';

  constructor(reason: unknown) {
    super(errorMessage(reason), { cause: reason });
  }
}

/** The outcome, or what went wrong in our words: the library's own errors carry whole answers of the provider. */
export async function acceptedBy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): unknown {
  const down = causesOf(error).find((cause) => cause instanceof ProviderDown);
  if (down !== undefined) return unavailable(down.message);
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return new ProviderRefusedError(`the identity provider refused: ${plain(error.error)}`);
  if (error instanceof ClientError) return ofClient(error);
  return error;
}

function ofClient(error: ClientError): Error {
  if (error.code === 'OAUTH_TIMEOUT') return unavailable('it took too long');
  const reasons = causesOf(error).filter((cause) => cause instanceof Error);
  const reason = [...new Set(reasons.map(({ message }) => message))].slice(0, 2).join(': ');
  return new ProviderRefusedError(`the answer of the identity provider is not accepted: ${reason}`);
}

function unavailable(reason: string): ProviderUnavailableError {
  return new ProviderUnavailableError(`the identity provider cannot be reached: ${reason}`);
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (
    let at = error;
    at !== undefined && at !== null && chain.length < 8;
    at = (at as { cause?: unknown }).cause
  ) {
    chain.push(at);
  }
  return chain;
}

/** Codes of OAuth errors are short words; anything else is not repeated. */
function plain(code: string): string {
  return /^[\w.-]{1,64}$/.test(code) ? code : 'with an unreadable error';
}
