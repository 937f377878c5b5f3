import type { SecretBox } from '@attune/db';
import { UnauthenticatedError } from '@attune/domain';
import type { Clock } from '@attune/service';
import { z } from 'zod';

const name = 'attune_sign_in';
const place = `cookie ${name}`;
const lifetimeSeconds = 600;
/** Sent with the provider's redirect (Lax) to the callback, and to nothing else; no script reads it. */
const attributes = 'Path=/auth/callback; HttpOnly; Secure; SameSite=Lax';

const pendingSchema = z.object({
  /** Of us with the provider. */
  secrets: z.object({ state: z.string(), nonce: z.string(), verifier: z.string() }),
  /** Of the client with us. */
  redirect_uri: z.string(),
  code_challenge: z.string(),
  state: z.string(),
  expires_at: z.number(),
});

/** A sign-in that is under way in a browser, kept by the browser: a sign-in that nobody ends leaves no trace here. */
export type PendingSignIn = Omit<z.infer<typeof pendingSchema>, 'expires_at'>;

/** `Set-Cookie`, sealed: the browser can neither read nor change it. */
export function keepSignIn(pending: PendingSignIn, { secrets, clock }: Sealing): string {
  const expires_at = clock.now().getTime() + lifetimeSeconds * 1000;
  const sealed = secrets.seal(JSON.stringify({ ...pending, expires_at }), place);
  const value = Buffer.from(JSON.stringify(sealed)).toString('base64url');
  return `${name}=${value}; Max-Age=${lifetimeSeconds}; ${attributes}`;
}

/** `Set-Cookie` that removes it. */
export const forgetSignIn = `${name}=; Max-Age=0; ${attributes}`;

/** Of a `Cookie` header; throws UnauthenticatedError. */
export function readSignIn(header: string | undefined, { secrets, clock }: Sealing): PendingSignIn {
  const value = /(?:^|;\s*)attune_sign_in=([\w-]{1,4096})(?:;|$)/.exec(header ?? '')?.[1];
  const pending = value === undefined ? undefined : opened(value, secrets);
  if (pending === undefined)
    throw new UnauthenticatedError('no sign-in is under way in this browser; start again');
  if (pending.expires_at <= clock.now().getTime())
    throw new UnauthenticatedError('the sign-in took too long; start again');
  return pending;
}

export interface Sealing {
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>;
  readonly clock: Clock;
}

function opened(value: string, secrets: Sealing['secrets']) {
  try {
    const sealed: unknown = JSON.parse(Buffer.from(value, 'base64url').toString());
    return pendingSchema.parse(JSON.parse(secrets.open(sealed, place)));
  } catch {
    return undefined;
  }
}
