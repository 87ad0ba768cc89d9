export function stop(): never {
  throw 'no error object'
}
