module.exports = {
  ...require('../../jest.preset.cjs')(__dirname),
  reporters: ['default', `${__dirname}/../../tools/src/jest/run-time-reporter.cjs`],
};
