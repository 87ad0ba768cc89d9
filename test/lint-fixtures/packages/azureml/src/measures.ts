export const began = (): number => performance.now()
