// The local run of a recording, in its own process: it reports the events on the bus to its parent, and ends with it.

import { startRun } from '../../bin/local/run.ts';

const tell = (message: object): void => {
  process.send?.(message);
};

const run = await startRun({
  port: 0,
  dataFolder: undefined,
  throttle: false,
  onEvent: ({ source, detailType, detail }) => tell({ event: { source, detailType, detail } }),
});
process.once('disconnect', async () => {
  await run.stop();
  process.exit(0);
});
tell({ ready: { tenantUrl: run.tenantUrl, token: run.token } });
