import { describeLifecycle } from './describe-lifecycle.js';

describeLifecycle('a service that behaves', {
  create: async () => ({ stop: async () => {}, health: () => ({ checks: {} }) }),
});
