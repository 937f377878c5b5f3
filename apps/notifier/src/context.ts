import type { Authenticator } from '@attune/access';
import type { Clock, Log } from '@attune/service';
import type { NotifierSettings } from './config.js';
import type { FanOut } from './deliver/fan-out.js';

export interface NotifierContext {
  readonly fanOut: FanOut;
  readonly authenticator: Authenticator;
  readonly settings: NotifierSettings;
  readonly clock: Clock;
  readonly log: Log;
}
