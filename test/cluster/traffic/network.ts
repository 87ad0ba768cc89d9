// The network namespace of the traffic suites: every pod address is the machine's own there, and nothing
// outside is reached or disturbed. It needs no rights: the user is root inside only.

/** Before a command and its arguments: runs it inside, in the same process. */
export const ENTER = [
  'unshare',
  '-Urn',
  'sh',
  '-c',
  'ip link set lo up && ip route add local 10.66.0.0/16 dev lo && exec "$@"',
  'sh',
] as const
