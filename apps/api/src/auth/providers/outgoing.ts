import { readFileSync } from 'node:fs';
import { createAddressGuard } from '@attune/outgoing';
import type { AddressGuard } from '@attune/outgoing';
import { errorMessage } from '@attune/domain';
import { ConfigError } from '@attune/service';

export interface Outgoing {
  readonly guard: AddressGuard;
  readonly ca: string | undefined;
}

/** How a provider of the configuration is reached; throws ConfigError when its certificates cannot be read. */
export function outgoingOf(
  section: string,
  { ca_file, allow_private_addresses }: { ca_file?: string | undefined; allow_private_addresses: boolean },
): Outgoing {
  return {
    guard: createAddressGuard({ blockPrivate: !allow_private_addresses }),
    ca: ca_file === undefined ? undefined : readCertificates(`${section}.ca_file`, ca_file),
  };
}

function readCertificates(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([{ key, message: errorMessage(error) }]);
  }
}
