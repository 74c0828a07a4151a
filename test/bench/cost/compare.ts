// Figures of an earlier run beside those of this one.

import { readFileSync } from 'node:fs';
import type { Cost } from './measure.ts';

/** What two runs on one machine may differ by without any change, as a share. */
const NOISE = 0.1;

/** A sentence for each operation whose ratio to its bare calls, or whose calls or units, got worse beyond noise. */
export const regressions = (costs: readonly Cost[], file: string): readonly string[] => {
  const earlier: readonly Cost[] = JSON.parse(readFileSync(file, 'utf8'));
  const byName = new Map(earlier.map((cost) => [cost.name, cost]));
  return costs.flatMap((cost) => {
    const before = byName.get(cost.name);
    if (!before) return [];
    const allowed = before.ratio.median * (1 + Math.max(NOISE, before.ratio.spread, cost.ratio.spread));
    return [
      cost.ratio.median > allowed &&
        `${cost.name}: ${cost.ratio.median.toFixed(2)} times its bare calls, ${before.ratio.median.toFixed(2)} before.`,
      cost.calls > before.calls && `${cost.name}: ${cost.calls} calls, ${before.calls} before.`,
      cost.units > before.units && `${cost.name}: ${cost.units} units, ${before.units} before.`,
    ].filter((sentence) => sentence !== false);
  });
};
