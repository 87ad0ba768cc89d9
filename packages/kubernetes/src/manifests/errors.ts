// Codes of manifests; part of the package's closed table.
export const manifestErrors = {} as const
