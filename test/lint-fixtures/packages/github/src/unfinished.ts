// TODO finish
export const one = 1
