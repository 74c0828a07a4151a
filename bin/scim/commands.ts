// Every command of `npm run scim`, in the order of its help. Each is defined in the file of its name.

import { type Command, flagsOf } from './command/define-command.ts';
import { redrive } from './events/redrive.ts';
import { replay } from './events/replay.ts';
import { resync } from './events/resync.ts';
import { log } from './log/log.ts';
import { preflight } from './preflight/preflight.ts';
import { addSchema } from './schema/add.ts';
import { listSchemas } from './schema/list.ts';
import { removeSchema } from './schema/remove.ts';
import { suggestSchema } from './schema/suggest.ts';
import { createTenant } from './tenant/create.ts';
import { deleteTenant } from './tenant/delete.ts';
import { tenantExists } from './tenant/exists.ts';
import { listTenants } from './tenant/list.ts';
import { pauseTenant } from './tenant/pause.ts';
import { resumeTenant } from './tenant/resume.ts';
import { showTenant } from './tenant/show.ts';
import { throttleTenant } from './tenant/throttle.ts';
import { retireToken } from './token/retire.ts';
import { revokeTokens } from './token/revoke.ts';
import { rotateToken } from './token/rotate.ts';
import { scheduleRotation } from './token/schedule.ts';
import { showToken } from './token/show.ts';
import { tokenStatus } from './token/status.ts';
import { deleteWebhook } from './webhook/delete.ts';
import { listDeliveries } from './webhook/deliveries.ts';
import { enableWebhook } from './webhook/enable.ts';
import { redeliver } from './webhook/redeliver.ts';
import { rotateWebhookSecret } from './webhook/rotate.ts';
import { showWebhookSecret } from './webhook/secret.ts';
import { setWebhook } from './webhook/set.ts';
import { showWebhook } from './webhook/show.ts';
import { testWebhook } from './webhook/test.ts';

/** The command line, its help and docs/commands.md are derived from this list. */
export const commands: readonly Command[] = [
  createTenant,
  listTenants,
  tenantExists,
  showTenant,
  deleteTenant,
  pauseTenant,
  resumeTenant,
  throttleTenant,
  showToken,
  rotateToken,
  retireToken,
  tokenStatus,
  revokeTokens,
  scheduleRotation,
  addSchema,
  listSchemas,
  removeSchema,
  suggestSchema,
  setWebhook,
  showWebhook,
  testWebhook,
  listDeliveries,
  redeliver,
  showWebhookSecret,
  rotateWebhookSecret,
  enableWebhook,
  deleteWebhook,
  log,
  preflight,
  redrive,
  replay,
  resync,
];

/** What the commands that begin with the same word are about, by that word. */
export const groupSummaries: Readonly<Record<string, string>> = {
  tenant: 'A customer: its Tenant URL, users and groups',
  token: "A tenant's bearer token, which Entra calls Secret Token",
  schema: "A tenant's own attributes and resource types",
  webhook: "Where a tenant's events are delivered, signed",
};

/** A command as docs/commands.md describes it. */
interface DocumentedCommand {
  /** As it is typed: `tenant create <tenant>`. */
  readonly usage: string;
  readonly options: readonly { readonly flags: string; readonly summary: string }[];
  readonly summary: string;
}

/** The commands that the help shows. */
export const documentedCommands: readonly DocumentedCommand[] = commands
  .filter(({ isHidden }) => !isHidden)
  .map(({ name, args, options, summary }) => ({
    usage: [name, ...args].join(' '),
    options: Object.entries(options).map(([option, spec]) => ({
      flags: flagsOf(option, spec),
      summary: spec.summary,
    })),
    summary,
  }));
