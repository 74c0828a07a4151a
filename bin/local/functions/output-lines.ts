// What functions write, as a local run shows it: measures, which only CloudWatch reads, are left out, and requests are one
// readable line each, with --verbose only.

import * as v from 'valibot';
import { printable, printableLines } from '../../printable.ts';

const logLine = v.pipe(v.string(), v.parseJson(), v.looseObject({ level: v.string(), message: v.string() }));

const requestLine = v.object({
  tenant: v.optional(v.string(), '-'),
  method: v.optional(v.string(), ''),
  route: v.optional(v.string(), ''),
  status: v.optional(v.number()),
  code: v.optional(v.string()),
  milliseconds: v.optional(v.number()),
});

/** A function's output as it is shown; empty when nothing of it is. */
export const shownOutput = (written: string, isVerbose: boolean): string =>
  written
    .split('\n')
    .filter((line) => !line.startsWith('{"_aws":'))
    .flatMap((line) => shownLine(line, isVerbose))
    .join('\n');

const shownLine = (line: string, isVerbose: boolean): string[] => {
  const log = v.safeParse(logLine, line);
  if (!log.success || log.output.level !== 'INFO') return [printableLines(line)];
  if (!isVerbose) return [];
  const request = v.safeParse(requestLine, log.output);
  return [
    log.output.message === 'request' && request.success ? lineOf(request.output) : printableLines(line),
  ];
};

/** `request  acme  GET /{tenant}/v2/Users  400 filterSyntax  21 ms`. */
const lineOf = ({ tenant, method, route, status, code, milliseconds }: v.InferOutput<typeof requestLine>) =>
  printable(
    `request  ${tenant}  ${method} ${route}  ${[status, code].filter(Boolean).join(' ')}  ${milliseconds} ms`,
  );
