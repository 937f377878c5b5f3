import { noopRuntime } from './noop.runtime.js';
import { describeRuntime } from './runtime.testing.js';

describeRuntime('noop', { create: async () => noopRuntime, succeeds: {} });
