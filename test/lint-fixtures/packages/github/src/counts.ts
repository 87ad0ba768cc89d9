// Breaks nothing: the neighbour asks for a name that is not here.
export const one = 1
