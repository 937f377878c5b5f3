import { backtestsConfig } from './backtests.config.js';
import { openBacktests } from './backtests.js';

test('as many backtests run at once as the settings say; a place is given back once', () => {
  const backtests = openBacktests(backtestsConfig.parse({ max_running: 2 }));
  const giveBack = backtests.take();
  backtests.take();
  expect(() => backtests.take()).toThrow('as many backtests as it may');

  giveBack();
  giveBack();
  backtests.take();
  expect(() => backtests.take()).toThrow('as many backtests as it may');
});
