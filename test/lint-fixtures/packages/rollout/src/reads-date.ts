export const when = (text: string): number => new Date(text).getTime()
