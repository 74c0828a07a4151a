// npm run smoke -- --stack Scim: takes the steps of the end-to-end test with a stack that is deployed on AWS, with the
// credentials of the terminal, and looks at what no emulator can show. It works with tenants of its own, which it deletes at
// the end; others are left alone.

import { parseArgs } from 'node:util';
import { defaultStackName } from '../../bin/scim/deployment/stack-outputs.ts';
import { seeAll } from './checks/all.ts';
import { runInterruptibly } from './interruption.ts';
import { travel } from './journey/journey.ts';
import { describeStack } from './stack.ts';
import { Summary } from './summary.ts';

const main = async (signal: AbortSignal): Promise<void> => {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string', default: defaultStackName() },
      users: { type: 'string', default: '40' },
      groups: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '60' },
    },
  });
  const stack = await describeStack(values.stack);
  const cacheMinutes = Math.ceil(stack.authorizerCacheSeconds / 60);
  console.log(
    `Stack ${stack.name}, ${stack.BaseUrl}. The rotation waits for the gateway's cache: ${cacheMinutes} min.`,
  );
  const summary = new Summary();
  const extent = {
    users: Number(values.users),
    groups: Number(values.groups),
    loadSeconds: Number(values.seconds),
    leastPerSecond: 24,
    isPatient: true,
  };
  const target = { stack, reach: (url: string) => url, signal };
  try {
    await travel(target, extent, summary, (tenant) =>
      seeAll(target, tenant, { ...extent, isOnAws: true }, summary),
    );
  } finally {
    console.log(`\n${summary}`);
  }
};

await runInterruptibly(main);
