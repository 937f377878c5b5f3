import type { FanOut, StreamSlots } from '@attune/changes';
import type { Clock, Log } from '@attune/service';
import type { NotifierSettings } from './config.js';
import type { AccessTokens } from './listen/access-tokens.js';
import type { Principals } from './listen/principals.js';

export interface NotifierContext {
  readonly fanOut: FanOut;
  readonly slots: StreamSlots;
  readonly tokens: AccessTokens;
  readonly principals: Principals;
  readonly settings: NotifierSettings;
  readonly clock: Clock;
  readonly log: Log;
}
