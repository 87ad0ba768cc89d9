// Owns the processes and the folder of one cluster: `node guard.mjs FOLDER`, in a session of its own.
// When its standard input closes (the owner ended, in whatever way), it kills them and removes the folder.
// Plain JavaScript: it runs where it stands, from sources and from a build alike.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const folder = process.argv[2]
const killer = process.argv[3] ?? ''
const running = new Map()
let ending = false

mkdirSync(folder, { recursive: true, mode: 0o700 })
// The owner may be gone before it reads what we say.
process.stdout.on('error', () => {})
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

function start({ name, file, args }) {
  const log = openSync(join(folder, `${name}.log`), 'a', 0o600)
  // A second net: should this guard itself be killed, the kernel kills its children.
  const command = killer === '' ? [file, ...args] : [killer, '--pdeathsig', 'KILL', file, ...args]
  const child = spawn(command[0], command.slice(1), {
    cwd: folder,
    stdio: ['ignore', log, log],
    // A proxy of this machine is not for loopback, and no credential of it is for these programs.
    env: { PATH: process.env['PATH'], HOME: folder },
  })
  closeSync(log)
  running.set(name, child)
  const ended = (why) => {
    if (running.get(name) === child) running.delete(name)
    say({ ended: name, why })
    if (ending) finish()
  }
  child.on('error', (error) => ended(error.message))
  child.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`))
  if (child.pid !== undefined) say({ started: name, pid: child.pid })
}

function end() {
  if (ending) return
  ending = true
  for (const child of running.values()) child.kill('SIGKILL')
  finish()
}

function finish() {
  if (running.size > 0) return
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  process.exit(0)
}

const commands = {
  start,
  kill: ({ name }) => running.get(name)?.kill('SIGKILL'),
  end,
}
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line)
    if (!ending) commands[command.do](command)
  })
  .on('close', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
say({ ready: true })
