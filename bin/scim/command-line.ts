// The operator's command line, built from the list in commands.ts: parses the arguments, runs a command and prints its answer.
// Start here.

import { CommanderError, Option, Command as Program } from 'commander';
import { printableJson, printableLines } from '../printable.ts';
import type { Terminal } from './command/context.ts';
import { type Command, type CommandOption, flag, flagsOf, option } from './command/define-command.ts';
import { portNumber } from './command/option-values.ts';
import { commands, groupSummaries } from './commands.ts';
import { UsageError } from './errors/operator-error.ts';
import { sentenceFor } from './errors/sentence-for.ts';
import { type Call, runCommand } from './run-command.ts';

/** The options that every command has, by their names. */
export const globalOptions: Readonly<Record<string, CommandOption<unknown>>> = {
  json: flag('Print the result as JSON'),
  stack: option(
    '<name>',
    'The stack on AWS, such as Scim, or Product.Scim for the endpoint Scim in the stack Product (default: as in cdk.json)',
  ),
  cell: option('<name>', 'The deployment with this name in the cells file'),
  cells: option('<file>', 'The cells file (default: scim.cells.json, if it exists)'),
  local: flag('Use the local run only, never AWS'),
  port: option<number>('<number>', 'The local run on this port', {
    parse: portNumber,
  }),
};

/**
 * Runs one command and returns the exit code: 0, 1 when it failed, 2 when the command line is invalid. The target is named on
 * standard error: with --json as `{"target":…}`, or in the error.
 */
export const runCommandLine = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  // Also for a line that cannot be parsed, whose error is to be JSON as well.
  const json = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length).includes('--json');
  const print = (stream: Terminal['stderr'], text: string) => void stream.write(`${text}\n`);
  let exitCode = 0;
  let target: string | undefined;
  const program = buildProgram(terminal, json, async (command, call) => {
    const isFollowed = call.options.follow === true;
    const answer = await runCommand(command, call, (name) => {
      target = name;
      if (!json) print(terminal.stderr, `On ${name}:`);
      else if (isFollowed) print(terminal.stderr, printableJson({ target }));
    });
    if (json && !isFollowed) print(terminal.stderr, printableJson({ target }));
    if (!answer) return;
    print(terminal.stdout, json ? printableJson(answer.json) : printableLines(answer.text));
    exitCode = answer.exitCode ?? 0;
  });
  const fail = (sentence: string) =>
    print(terminal.stderr, json ? printableJson({ error: sentence, target }) : printableLines(sentence));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === 'commander.helpDisplayed') return 0;
      if (json) fail(usageSentence(error));
      return 2;
    }
    fail(sentenceFor(error) ?? unforeseen(error));
    return error instanceof UsageError ? 2 : 1;
  }
};

const usageSentence = ({ code, message }: CommanderError): string =>
  code === 'commander.help'
    ? 'A command is missing: `npm run scim -- --help` lists them.'
    : message.replace(/^error: /, '').replaceAll('\n', ' ');

const EXIT_CODES = `
Exit codes:
  0  the command succeeded
  1  it failed, or preflight found something to fix
  2  the command line is invalid`;

const buildProgram = (
  terminal: Terminal,
  json: boolean,
  run: (command: Command, call: Call) => Promise<void>,
): Program => {
  const program = new Program('npm run scim --')
    .description('Manages tenants and their tokens, on the local run if there is one, otherwise on AWS.')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => json || terminal.stderr.write(text),
    })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('afterAll', EXIT_CODES)
    .helpOption('-h, --help', 'Show this help')
    .helpCommand('help [command]', 'Show the help of a command')
    .showHelpAfterError()
    .exitOverride();
  addOptions(program, globalOptions);
  const groups = new Map(
    Object.entries(groupSummaries).map(([word, summary]) => [
      word,
      program.command(word).description(summary),
    ]),
  );
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    const parent = second === undefined ? program : (groups.get(first) ?? program);
    const usage = [second ?? first, ...command.args].join(' ');
    const built = parent.command(usage, { hidden: command.isHidden }).description(command.summary);
    addOptions(built, command.options);
    built.action((...given: unknown[]) => {
      const args = given.slice(0, command.args.length) as Call['args'];
      return run(command, { options: built.optsWithGlobals<Call['options']>(), args, terminal });
    });
  }
  return program;
};

const addOptions = (program: Program, options: Command['options']): void => {
  for (const [name, spec] of Object.entries(options)) {
    const { summary, parse, default: initial } = spec;
    const built = new Option(flagsOf(name, spec), summary);
    if (parse) built.argParser(parse);
    if (initial !== undefined) built.default(initial);
    program.addOption(built);
  }
};

/** A bug, or an unexpected answer of AWS: its name and message say more than a sentence of ours could. */
const unforeseen = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
