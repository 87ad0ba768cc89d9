export const say = (line: string): void => console.log(line)
