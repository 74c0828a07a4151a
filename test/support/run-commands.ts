// Runs command lines of `npm run scim`, one after the other in one process, and prints each outcome as a line of JSON. They
// are read from standard input, one per line.

import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../bin/scim/command-line.ts';

for (const line of (await text(process.stdin)).split('\n')) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exitCode = await runCommandLine(line.split(' '), { stdin: Readable.from([]), stdout, stderr });
  stdout.end();
  stderr.end();
  console.log(JSON.stringify({ line, exitCode, stdout: await text(stdout), stderr: await text(stderr) }));
}
