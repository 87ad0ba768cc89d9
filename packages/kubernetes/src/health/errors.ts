// Codes of health; part of the package's closed table.
export const healthErrors = {} as const
