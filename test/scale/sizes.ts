// The sizes at which costs are compared, and the number of users that are walked. SCALE_USERS sets the large one.

export const SMALL = 1_000;
export const LARGE = Number(process.env.SCALE_USERS ?? 50_000);
export const WALKED = 2 * LARGE;

if (!(LARGE > SMALL)) throw new Error(`SCALE_USERS must be a number above ${SMALL}.`);
