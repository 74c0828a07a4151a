// Tests run as CommonJS, because Jest's own ESM support is experimental. middy, commander and p-map publish ESM only: they are
// transformed like our own code, and middy is named by its file because its `exports` have no `require` condition.

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@middy/|commander/|p-map/)'],
  moduleNameMapper: {
    '^@middy/(core|util)$': '<rootDir>/node_modules/@middy/$1/index.js',
    '^@aws-sdk/lib-dynamodb$': '<rootDir>/test/setup/strict-lib-dynamodb.cjs',
  },
  globalSetup: '<rootDir>/test/setup/start-emulators.ts',
  globalTeardown: '<rootDir>/test/setup/stop-emulators.ts',
  // The handlers log each request; --silent=false shows it.
  silent: true,
  // Jest would take one on two cores. Many of the longest suites wait for clocks and for an emulator, so two overlap well.
  maxWorkers: 2,
  // DynamoDB Local is slower, and stands still at times.
  testTimeout: process.env.DYNAMODB_EMULATOR === 'dynamodb-local' ? 120_000 : 30_000,
};
