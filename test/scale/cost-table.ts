// Collects what operations cost at several sizes, as Markdown for docs/speed.md.

import { writeSync } from 'node:fs';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import { admit, evictDeploymentPause } from '../../lambdas/tenants/admission.ts';
import { evictSettings } from '../../lambdas/tenants/settings.ts';
import { type Consumed, consumedBy } from '../support/consumed-capacity.ts';

export interface Budget {
  readonly read: number;
  readonly write: number;
}

/**
 * What `work` alone consumes: what a function reads once a minute (settings and switches) and writes once an hour
 * (the use of a token) is done before.
 */
export const costOf = async (tenant: Incarnation, work: () => Promise<unknown>): Promise<Consumed> => {
  evictDeploymentPause();
  evictSettings(tenant);
  await admit({ kind: 'token', tenant, keyId: 'key' });
  return consumedBy(work);
};

export class CostTable {
  private readonly rows = new Map<string, { budget: Budget | undefined; costs: Map<string, Consumed> }>();
  private readonly title: string;
  private readonly columns: readonly string[];

  constructor(title: string, columns: readonly string[]) {
    this.title = title;
    this.columns = columns;
  }

  /** Records a cost; an operation keeps the budget that it was first recorded with. */
  enter(operation: string, budget: Budget | undefined, column: string, cost: Consumed): void {
    const row = this.rows.get(operation) ?? { budget, costs: new Map() };
    row.costs.set(column, cost);
    this.rows.set(operation, row);
  }

  /** The operations whose costs at two sizes differ by a unit or more. */
  growing(): string[] {
    const spread = (units: readonly number[]) => Math.max(...units) - Math.min(...units);
    return [...this.rows].flatMap(([operation, { costs }]) => {
      const all = [...costs.values()];
      const differs = [all.map(({ read }) => read), all.map(({ write }) => write)].some(
        (units) => spread(units) >= 1,
      );
      return differs ? [operation] : [];
    });
  }

  /** Prints after Jest's progress, which captures `console`. */
  print(): void {
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
    const rows = [...this.rows].map(([operation, { budget, costs }]) =>
      line([
        operation,
        budget ? `${budget.read} / ${budget.write}` : '–',
        ...this.columns.map((column) => show(costs.get(column))),
      ]),
    );
    const head = [
      line([this.title, 'budget', ...this.columns]),
      line(['---', ...'-'.repeat(this.columns.length + 1)]),
    ];
    writeSync(1, `\n${[...head, ...rows].join('\n')}\n`);
  }
}

const show = (cost: Consumed | undefined) =>
  cost
    ? [cost.read, cost.write, cost.calls].map((units) => String(Math.round(units * 100) / 100)).join(' / ')
    : '';
