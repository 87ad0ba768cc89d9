// oxlint-disable-next-line eqeqeq
export const one = 1
