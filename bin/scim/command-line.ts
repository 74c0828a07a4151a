// The commands and their options; each command is a function in a file beside this one.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { TenantId } from '../../lambdas/tenants/tenant.ts';
import type { Cells } from './cells/cells.ts';
import {
  type CellOptions,
  cellsFor,
  chosenCell,
  enterCell,
  findCellOf,
  mustBeNamed,
} from './cells/choose-cell.ts';
import { listTenantsOfCells } from './cells/list-tenants.ts';
import type { Answer } from './command/answer.ts';
import { type Context, parseTenantId, type Terminal } from './command/context.ts';
import { sentenceFor } from './command/failures.ts';
import { OperatorError, UsageError } from './command/operator-error.ts';
import { hasLocalRun, openDeployment } from './deployment/deployment.ts';
import { redrive } from './events/redrive.ts';
import { replay } from './events/replay.ts';
import { resync } from './events/resync.ts';
import { showLog, startTime } from './log/log.ts';
import { addSchema, listSchemas, removeSchema } from './schema/add.ts';
import { createTenant, deleteTenant, showTenant, tellWhetherExists } from './tenant/create.ts';
import { listTenants } from './tenant/list.ts';
import { pauseTenant, resumeTenant, throttleTenant } from './tenant/pause.ts';
import { retireToken, rotateToken, showToken } from './token/show.ts';
import { revokeTokens, scheduleRotation, tokenStatus } from './token/status.ts';
import {
  deleteWebhook,
  enableWebhook,
  rotateWebhookSecret,
  setWebhook,
  showWebhook,
  showWebhookSecret,
} from './webhook/set.ts';

type Options = CellOptions & Context['options'];

/**
 * Runs one command and returns the exit code: 0, 1 when it failed, 2 when the command line makes no sense.
 */
export const runCommandLine = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  let exitCode = 0;
  const program = describeCommands(terminal, (failed) => {
    exitCode = failed;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.code === 'commander.helpDisplayed' ? 0 : 2;
    const sentence = sentenceFor(error) ?? unforeseen(error);
    const { json } = program.opts<Options>();
    terminal.stderr.write(json ? `${JSON.stringify({ error: sentence })}\n` : `${sentence}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
};

const describeCommands = (terminal: Terminal, endWith: (exitCode: number) => void): Command => {
  const program = new Command('npm run scim --')
    .description('Tenants and their tokens, on the local run when there is one, else on AWS.')
    .option('--json', 'print the result as JSON')
    .option(
      '--stack <name>',
      'the CloudFormation stack on AWS, or <stack>.<id> of an endpoint in yours (default: as in cdk.json)',
    )
    .option('--cell <name>', 'the deployment of this name in the file of cells')
    .option('--cells <file>', 'the file of cells (default: scim.cells.json, if there is one)')
    .option('--local', 'only the local run, never AWS')
    .addOption(new Option('--port <number>', 'the local run on this port').argParser(portNumber))
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .showHelpAfterError()
    .exitOverride();

  const print = (answer: Answer | undefined, json: boolean | undefined) => {
    if (!answer) return;
    terminal.stdout.write(`${json ? JSON.stringify(answer.json) : answer.text}\n`);
    if (answer.exitCode) endWith(answer.exitCode);
  };
  /**
   * Opens the deployment, runs the command, prints its answer, unless it has printed all there is. Where there are several
   * cells and none is named, `choose` finds it out.
   */
  const run = async (
    command: Command,
    act: (context: Context) => Promise<Answer | undefined>,
    choose: (cells: Cells) => string | Promise<string> = mustBeNamed,
  ) => {
    const options = command.optsWithGlobals<Options>();
    const cells = cellsFor(options);
    const name = cells && (chosenCell(cells, options) ?? (await choose(cells)));
    const deployment = await openDeployment(cells && name !== undefined ? enterCell(cells, name) : options);
    if (!options.json) terminal.stderr.write(`On ${deployment.name}:\n`);
    print(await act({ deployment, options, terminal }), options.json);
  };
  const forTenant =
    (act: (context: Context, id: TenantId) => Promise<Answer | undefined>, isThere = true) =>
    async (tenant: string, _options: unknown, command: Command) => {
      const id = parseTenantId(tenant);
      const choose = isThere ? (cells: Cells) => findCellOf(cells, id) : mustBeNamed;
      await run(command, (context) => act(context, id), choose);
    };
  const forTenantAnd =
    (act: (context: Context, id: TenantId, argument: string) => Promise<Answer>) =>
    (tenant: string, argument: string, options: unknown, command: Command) =>
      forTenant((context, id) => act(context, id, argument))(tenant, options, command);

  const tenant = program.command('tenant').description('a customer: its Tenant URL, its users and groups');
  tenant
    .command('create <tenant>')
    .description('make a tenant and its token, and print both for Entra')
    .action(forTenant(createTenant, false));
  tenant
    .command('list')
    .description('all tenants, with users, groups, last request, age of the token')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const cells = cellsFor(options);
      if (!cells || chosenCell(cells, options) !== undefined) return run(command, listTenants);
      print(await listTenantsOfCells(cells), options.json);
    });
  tenant
    .command('exists <tenant>', { hidden: true })
    .description('whether there is such a tenant, which is what cells are asked')
    .action(forTenant(tellWhetherExists));
  tenant
    .command('show <tenant>')
    .description('what there is of a tenant, without its token')
    .action(forTenant(showTenant));
  tenant
    .command('delete <tenant>')
    .description('end a tenant, and all it has stored, for good')
    .option('--yes', 'do not ask')
    .action(forTenant(deleteTenant));

  const forScope =
    (act: (context: Context, tenant: string | undefined) => Promise<Answer>) =>
    (name: string | undefined, _options: unknown, command: Command) =>
      run(
        command,
        (context) => act(context, name),
        name === undefined ? mustBeNamed : (cells) => findCellOf(cells, parseTenantId(name)),
      );
  tenant
    .command('pause [tenant]')
    .description('refuse all its SCIM requests with 403, until it is resumed')
    .option('--all', 'the whole deployment')
    .action(forScope(pauseTenant));
  tenant
    .command('resume [tenant]')
    .description('end the pause')
    .option('--all', 'the pause of the whole deployment; tenants that were paused themselves stay so')
    .action(forScope(resumeTenant));
  tenant
    .command('throttle [tenant]')
    .description('make the throttling key where it is missing')
    .option('--all', 'of every tenant')
    .action(forScope(throttleTenant));

  const token = program.command('token').description("a tenant's bearer token, Entra's Secret Token");
  token.command('show <tenant>').description('print Tenant URL and token').action(forTenant(showToken));
  token
    .command('rotate <tenant>')
    .description('make a new token; the old one stays valid until it is retired')
    .option('--force', 'also when the token before is still in its grace: it ends at once')
    .action(forTenant(rotateToken));
  token
    .command('retire <tenant>')
    .description('end the token before the current one')
    .action(forTenant(retireToken));
  token
    .command('status <tenant>')
    .description('which token was used when, and when the old one ends')
    .action(forTenant(tokenStatus));
  token
    .command('revoke <tenant>')
    .description('emergency: end every token of the tenant, also the current one')
    .option('--now', 'confirm that this is meant')
    .action(forTenant(revokeTokens));
  token
    .command('schedule <tenant>')
    .description('have the token rotated by itself')
    .addOption(new Option('--days <number>', 'rotate every so many days').argParser(wholeNumber))
    .option('--off', 'end the schedule: rotate by hand again')
    .action(forTenant(scheduleRotation));

  const schema = program.command('schema').description("a tenant's own attributes and resource types");
  schema
    .command('add <tenant> <file>')
    .description('add a schema, or replace the one with its URN, from a JSON file')
    .option('--extends <type>', 'the resource type that it extends', 'User')
    .action(forTenantAnd(addSchema));
  schema
    .command('list <tenant>')
    .description('what there is beyond the standard schemas')
    .action(forTenant(listSchemas));
  schema
    .command('remove <tenant> <urn>')
    .description('take a schema away; its values stay stored')
    .action(forTenantAnd(removeSchema));

  const webhook = program.command('webhook').description("where a tenant's events are posted, signed");
  webhook
    .command('set <tenant> <address>')
    .description('post its events there from now on, and print the signing secret')
    .addOption(
      new Option('--events <types>', 'only these, separated by commas (default: all)').argParser(list),
    )
    .action(forTenantAnd(setWebhook));
  webhook
    .command('show <tenant>')
    .description('where they are posted, and whether they are taken')
    .action(forTenant(showWebhook));
  webhook
    .command('secret <tenant>')
    .description('print the signing secret')
    .action(forTenant(showWebhookSecret));
  webhook
    .command('rotate <tenant>')
    .description('make a new signing secret; the one before signs as well for a day')
    .option('--force', 'also within that day: the one before ends at once')
    .action(forTenant(rotateWebhookSecret));
  webhook
    .command('enable <tenant>')
    .description('post what waits for it, once the webhook works again')
    .action(forTenant(enableWebhook));
  webhook
    .command('delete <tenant>')
    .description('post nothing any more, and forget what waits')
    .action(forTenant(deleteWebhook));

  program
    .command('log <tenant>')
    .description('what was changed and what was refused, oldest first')
    .option('--user <userName>', 'only what concerns the user who has or had this name')
    .option('--failed', 'only what was refused or failed')
    .option('--request <id>', 'only this request: every SCIM error tells its id')
    .addOption(new Option('--since <time>', 'from 30m, 2h, 3d ago, or from a time on').argParser(startTime))
    .addOption(new Option('--limit <number>', 'the newest so many (default: 50)').argParser(wholeNumber))
    .option('--follow', 'keep printing new entries; with --json one object a line')
    .action(forTenant(showLog));

  program
    .command('preflight')
    .description('look at the AWS account before a deployment: quotas, log role, certificate, names')
    .option('-c, --context <key=value>', 'a setting, as after `cdk deploy -c` (repeatable)', collect, [])
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const cells = cellsFor(options);
      const name = cells && (chosenCell(cells, options) ?? mustBeNamed(cells));
      const { stack, port } = cells && name !== undefined ? enterCell(cells, name) : options;
      if (options.local || port !== undefined || (stack === undefined && hasLocalRun())) {
        throw new OperatorError(
          'preflight looks at an AWS account before a deployment, and a local run has none: name the stack with --stack.',
        );
      }
      const { preflight } = await import('./preflight/check-account.ts');
      const { readSettings } = await import('./preflight/settings.ts');
      print(await preflight(await readSettings(options.context ?? [], stack)), options.json);
    });
  program
    .command('redrive')
    .description('process the changes that were set aside, once the cause is fixed')
    .action((_options: unknown, command: Command) => run(command, redrive));
  program
    .command('replay')
    .description('have the product told again what it was told before, from the archive of the bus')
    .addOption(new Option('--since <time>', 'from 2h, 3d ago, or from a time on').argParser(startTime))
    .addOption(new Option('--until <time>', 'up to then (default: now)').argParser(startTime))
    .option('--rule <name>', 'to this rule of the bus alone')
    .action((_options: unknown, command: Command) => run(command, replay));
  program
    .command('resync <tenant>')
    .description('have the product told of every user, group and membership again')
    .action(forTenant(resync));
  return program;
};

const wholeNumber = (text: string): number => {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('That is not a whole number.');
};

const collect = (text: string, before: readonly string[]): string[] => [...before, text];

const list = (text: string): string[] => text.split(',').map((part) => part.trim());

const portNumber = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
};

/**
 * A bug or an answer of AWS that nobody foresaw: its name and message say more than a sentence of ours could.
 */
const unforeseen = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
