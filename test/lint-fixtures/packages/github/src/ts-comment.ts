// @ts-nocheck
export const one = 1
