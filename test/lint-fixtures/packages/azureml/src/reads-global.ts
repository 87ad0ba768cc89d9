export const home = (): unknown => globalThis.process
