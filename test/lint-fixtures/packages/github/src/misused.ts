const ask = (): Promise<boolean> => Promise.resolve(true)

export const answer = (): number => (ask() ? 1 : 2)
