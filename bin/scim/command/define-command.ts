// How a command is defined: name, arguments, options and summary, beside the function that runs it. The command line, its help
// and docs/commands.md are derived from it.

import type { TenantId } from '../../../lambdas/platform/tenant.ts';
import type { Cells } from '../cells/cells.ts';
import type { DeploymentOptions } from '../deployment/deployment.ts';
import type { Answer } from './answer.ts';
import type { Context } from './context.ts';

/** An option, by its name in the definition: `yes` is `--yes`. */
export interface CommandOption<Value> {
  /** What its value is called: `<number>`. A flag has none. */
  readonly value?: string;
  /** `-c`. */
  readonly short?: string;
  /** What it does, without a full stop. */
  readonly summary: string;
  /** Reads the value; `before` is that of the same option earlier on the line. Throws commander's InvalidArgumentError. */
  parse?(text: string, before: Value | undefined): Value;
  readonly default?: Value;
}

/** An option without a value. */
export const flag = (summary: string): CommandOption<boolean> => ({ summary });

/** An option with a value, which is text unless it is parsed. */
export function option(value: string, summary: string): CommandOption<string>;
/** With `parse`, the value has the type that it returns. */
export function option<Value>(
  value: string,
  summary: string,
  more: Pick<CommandOption<Value>, 'parse' | 'default' | 'short'>,
): CommandOption<Value>;
export function option<Value>(value: string, summary: string, more = {}): CommandOption<Value> {
  return { value, summary, ...more };
}

type Options = Readonly<Record<string, CommandOption<unknown>>>;

/** What the options of a definition are once they are read; those that were not given are missing. */
type OptionValues<Given> = {
  readonly [Name in keyof Given]?: Given[Name] extends CommandOption<infer Value> ? Value : never;
};

type ArgumentValue<Name> = Name extends '<tenant>'
  ? TenantId
  : Name extends '[tenant]'
    ? TenantId | undefined
    : string;

type ArgumentValues<Names extends readonly string[]> = {
  -readonly [At in keyof Names]: ArgumentValue<Names[At]>;
};

interface Description<Names, Given> {
  /** The words that are typed: `tenant create`. */
  readonly name: string;
  /** In order, `<needed>` or `[optional]`. `<tenant>` is parsed as a tenant id. Default: none. */
  readonly args?: Names;
  /** What it does, in one sentence without a full stop. */
  readonly summary: string;
  readonly options?: Given;
  /** Left out of the help and of docs/commands.md. */
  readonly isHidden?: boolean;
}

/** A command for one deployment. */
interface OnDeployment<Names extends readonly string[], Given> {
  /**
   * With several cells and none named: whether the command runs on the cell that has its tenant, or refuses. Default: whether
   * its first argument is a tenant.
   */
  readonly findsCell?: boolean;
  /** Undefined when everything has been printed already. */
  readonly run: (
    context: Context<OptionValues<Given>>,
    ...args: ArgumentValues<Names>
  ) => Promise<Answer | undefined>;
  /** With several cells and none named: the answer about all of them. */
  readonly runOnCells?: (cells: Cells) => Promise<Answer>;
}

/** A command for an account that may have no deployment yet. */
interface BeforeDeployment<Given> {
  /** `target`: the stack or cell that was named. */
  readonly runBeforeDeployment: (target: DeploymentOptions, options: OptionValues<Given>) => Promise<Answer>;
}

/** A command as the command line takes it, whatever its arguments and options are. */
export interface Command {
  readonly name: string;
  readonly args: readonly string[];
  readonly summary: string;
  readonly options: Options;
  readonly isHidden: boolean;
  /** Whether, with several cells and none named, it runs on the cell that has its tenant. */
  readonly findsCell: boolean;
  /** Missing for a command that runs before a deployment. */
  readonly run?: (
    context: Context<Readonly<Record<string, unknown>>>,
    ...args: readonly (string | undefined)[]
  ) => Promise<Answer | undefined>;
  readonly runOnCells?: (cells: Cells) => Promise<Answer>;
  readonly runBeforeDeployment?: (
    target: DeploymentOptions,
    options: Readonly<Record<string, unknown>>,
  ) => Promise<Answer>;
}

/** Defines a command; what `run` is given follows from `args` and `options`. */
export const defineCommand = <
  const Names extends readonly string[] = readonly [],
  Given extends Options = Record<never, never>,
>(
  definition: Description<Names, Given> & (OnDeployment<Names, Given> | BeforeDeployment<Given>),
): Command => {
  const { args = [], options = {}, isHidden = false, ...rest } = definition;
  const findsCell = /^.tenant.$/.test(args[0] ?? '');
  return { findsCell, args, options, isHidden, ...rest } as unknown as Command;
};

/** The option as it is typed: `-c, --context <key=value>`. */
export const flagsOf = (name: string, { short, value }: CommandOption<unknown>): string =>
  `${short ? `${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`;
