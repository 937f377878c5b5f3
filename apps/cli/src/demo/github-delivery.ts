import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const examplePack = join(dirname(fileURLToPath(import.meta.url)), '../../../../packs/examples/github');

export interface Delivery {
  body: Buffer;
  headers: Record<string, string>;
}

/**
 * The recorded push of the example pack as GitHub delivers it: its headers, a delivery id of its own, and the
 * signature over the raw bytes (docs.github.com: "Validating webhook deliveries").
 */
export function signedPush(secret: string): Delivery {
  const body = readFileSync(join(examplePack, 'samples', 'push.json'));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/demo',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}
