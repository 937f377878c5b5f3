import { createMemoryBroker, openMemoryBus } from '@attune/mq';
import { createLogger } from '@attune/service';
import { createApi } from '../api.service.js';
import type { Api } from '../api.service.js';
import { send, testConfig } from './test-api.js';
import type { Answer, RawRequest, TestApi, TestApiOptions } from './test-api.js';

export interface SecondApi {
  readonly api: Api;
  request(method: string, path: string, options?: RawRequest): Promise<Answer>;
}

/** Another process of the same installation: the same database, clock and master key. Call after `useTestApi`. */
export function useSecondApi(first: TestApi, options: TestApiOptions): SecondApi {
  let running: { api: Api; close(): Promise<void> } | undefined;
  beforeAll(async () => {
    const log = createLogger('second', { level: 'fatal' });
    const bus = openMemoryBus({ log, broker: createMemoryBroker() });
    const config = testConfig({ ...options, packs: [] });
    const api = await createApi(config, { db: first.db, bus, log, clock: first.clock });
    running = { api, close: () => api.stop().then(() => bus.close()) };
  });
  afterAll(() => running?.close());
  const started = () => {
    if (running === undefined) throw new Error('the API is started by beforeAll');
    return running.api;
  };
  return {
    get api() {
      return started();
    },
    request: (method, path, sent) => send(started().url, method, path, sent),
  };
}
