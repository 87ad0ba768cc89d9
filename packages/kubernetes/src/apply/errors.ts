// Codes of apply; part of the package's closed table.
export const applyErrors = {} as const
