// The operator's command line: tenants and their tokens, on AWS or on the local run.

import { runCommandLine } from './scim/command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), process);
