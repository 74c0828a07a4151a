// What all suites have in common, whoever wrote them: checks by name, and the reason of each that failed.

export interface Check {
  readonly name: string;
  /** The suite's own words; absent when the check passed. */
  readonly failure?: string;
}

/** Where the suite finds the service. */
export interface Target {
  readonly tenantUrl: string;
  readonly token: string;
}

export interface Suite {
  readonly name: string;
  readonly version: string;
  /** What the tenant has beyond the standard schemas: files in schemas/, added in this order. */
  readonly schemas?: readonly string[];
  /** Installs what is missing and runs. Throws CannotInstall when the registry does not give it. */
  run(target: Target): Promise<Check[]>;
}

/** The suite is not to be had on this machine: no failure of the service. */
export class CannotInstall extends Error {
  override readonly name = 'CannotInstall';
}
