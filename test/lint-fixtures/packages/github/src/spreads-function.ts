export const copy = (ask: () => number): object => ({ ...ask })
