import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers and real processes start in some tests; a slow shared machine must not fail them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
    // Worker threads and child processes that tests start from source inherit it.
    execArgv: ['--import', new URL('test/support/typescript-loader.mjs', import.meta.url).href],
  },
});
