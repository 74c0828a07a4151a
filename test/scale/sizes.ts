// The sizes that costs are compared at. SCALE_USERS sets the large one.

export const SMALL = 1_000;
export const LARGE = Number(process.env.SCALE_USERS ?? 50_000);

if (!(LARGE > SMALL)) throw new Error(`SCALE_USERS must be a number above ${SMALL}.`);
