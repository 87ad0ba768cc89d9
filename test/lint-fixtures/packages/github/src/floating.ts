const ask = (): Promise<number> => Promise.resolve(1)

export function start(): void {
  ask()
}
