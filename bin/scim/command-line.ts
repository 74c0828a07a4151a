// The operator's command line, built from the list in commands.ts: parses the arguments, runs a command and prints its answer.
// Start here.

import { CommanderError, Option, Command as Program } from 'commander';
import type { Terminal } from './command/context.ts';
import { type Command, type CommandOption, flag, flagsOf, option } from './command/define-command.ts';
import { portNumber } from './command/option-values.ts';
import { commands, groupSummaries } from './commands.ts';
import { UsageError } from './errors/operator-error.ts';
import { sentenceFor } from './errors/sentence-for.ts';
import { type Call, type GlobalOptions, runCommand } from './run-command.ts';

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

/** Runs one command and returns the exit code: 0, 1 when it failed, 2 when the command line is invalid. */
export const runCommandLine = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  let exitCode = 0;
  const program = buildProgram(terminal, async (command, call) => {
    const answer = await runCommand(command, call);
    if (!answer) return;
    terminal.stdout.write(`${call.options.json ? JSON.stringify(answer.json) : answer.text}\n`);
    exitCode = answer.exitCode ?? 0;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.code === 'commander.helpDisplayed' ? 0 : 2;
    const sentence = sentenceFor(error) ?? unforeseen(error);
    const { json } = program.opts<GlobalOptions>();
    terminal.stderr.write(json ? `${JSON.stringify({ error: sentence })}\n` : `${sentence}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
};

const buildProgram = (terminal: Terminal, run: (command: Command, call: Call) => Promise<void>): Program => {
  const program = new Program('npm run scim --')
    .description('Manages tenants and their tokens, on the local run if there is one, otherwise on AWS.')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
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
