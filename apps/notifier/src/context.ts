import type { Authenticator } from '@attune/access';
import type { FanOut, StreamSlots } from '@attune/changes';
import type { Clock, Log } from '@attune/service';
import type { NotifierSettings } from './config.js';

export interface NotifierContext {
  readonly fanOut: FanOut;
  readonly slots: StreamSlots;
  readonly authenticator: Authenticator;
  readonly settings: NotifierSettings;
  readonly clock: Clock;
  readonly log: Log;
}
