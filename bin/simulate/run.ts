// Runs a simulation: for each dialect its own people, and every phase of Entra's work in order. Start here.

import { randomBytes } from 'node:crypto';
import type { ScimClient } from './client.ts';
import { Cycle, ServerGone } from './cycle.ts';
import { type DialectName, dialects } from './dialect.ts';
import { inventDirectory } from './directory.ts';
import { accountDiscovery } from './phases/account-discovery.ts';
import { clearing } from './phases/clearing.ts';
import { connection } from './phases/connection.ts';
import { disabling } from './phases/disabling.ts';
import { groupChanges } from './phases/group-changes.ts';
import { incrementalChanges, incrementalUnchanged } from './phases/incremental.ts';
import { initialGroups, initialMembers } from './phases/initial-groups.ts';
import { initialManagers } from './phases/initial-managers.ts';
import { initialUsers } from './phases/initial-users.ts';
import { matching } from './phases/matching.ts';
import { membershipChanges } from './phases/membership-changes.ts';
import type { Phase } from './phases/phase.ts';
import { afterPurge, removal } from './phases/purge.ts';
import { rename } from './phases/rename.ts';
import { softDelete } from './phases/soft-delete.ts';
import { validatorGroups } from './phases/validator-groups.ts';
import { validatorUsers } from './phases/validator-users.ts';
import { progressOn } from './progress.ts';
import { Report } from './report.ts';

const PHASES: readonly Phase[] = [
  connection,
  initialUsers,
  initialManagers,
  initialGroups,
  initialMembers,
  matching,
  accountDiscovery,
  incrementalChanges,
  incrementalUnchanged,
  rename,
  clearing,
  disabling,
  softDelete,
  membershipChanges,
  groupChanges,
  validatorUsers,
  validatorGroups,
  { ...incrementalUnchanged, name: 'last cycle: no changes' },
  removal,
  afterPurge,
];

interface Simulation {
  readonly client: ScimClient;
  readonly dialects: readonly DialectName[];
  readonly users: number;
  readonly groups: number;
  readonly concurrency: number;
}

/**
 * Runs all phases in the given dialects against a tenant. When the server stops answering, the simulation ends early with
 * the deviations so far in its report.
 */
export const simulate = async ({
  client,
  users,
  groups,
  concurrency,
  ...setting
}: Simulation): Promise<Report> => {
  const report = new Report();
  const plan = setting.dialects.flatMap((dialect) =>
    PHASES.filter(({ only = dialect }) => only === dialect).map((phase) => ({ phase, dialect })),
  );
  const progress = progressOn(process.stderr, plan.length);
  const directories = new Map(
    setting.dialects.map((dialect) => [dialect, inventDirectory(users, groups, domainOf(dialect))]),
  );
  try {
    for (const { phase, dialect } of plan) {
      const name = `${dialect} · ${phase.name}`;
      const directory = directories.get(dialect);
      if (!directory) continue;
      progress.phase(name);
      const parts = { client, directory, dialect: dialects[dialect], concurrency, progress };
      const cycle = new Cycle(parts, report.begin(name));
      await cycle.attempt(() => phase.run(cycle));
    }
  } catch (error) {
    if (!(error instanceof ServerGone)) throw error;
  } finally {
    progress.clear();
  }
  return report;
};

/** Names that no other run has, so that runs can be repeated against one server. */
const domainOf = (dialect: DialectName): string =>
  `${dialect}-${randomBytes(4).toString('hex')}.veldt.example`;
