// Loaded into every Node process of a rehearsal (NODE_OPTIONS=--import). It keeps the process on
// loopback, lets waits of `timers/promises` pass at once, and shows a clock that counts them.
// Latency (performance.now) and deadlines (AbortSignal.timeout, global setTimeout) stay real.
// TWIN_TIME=real leaves waits and clock alone: beside a real control plane, which lives in real time,
// a wait that passes at once would ask it a thousand times a second and see nothing happen.
import { appendFileSync } from 'node:fs'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import timers from 'node:timers/promises'

keepOnLoopback()
if (process.env.TWIN_TIME === 'real') process.on('exit', () => tell(Date.now()))
else letWaitsPass(startClock())
syncBuiltinESMExports()

function keepOnLoopback() {
  const connect = net.Socket.prototype.connect
  net.Socket.prototype.connect = function (...args) {
    const host = targetOf(args)
    if (host === null || isLoopback(host)) return connect.apply(this, args)
    process.nextTick(() => this.destroy(refusal('connect', host)))
    return this
  }
  const send = dgram.Socket.prototype.send
  dgram.Socket.prototype.send = function (...args) {
    const host = args.filter((part) => typeof part === 'string').at(-1) ?? 'localhost'
    if (args.length > 1 && !isLoopback(host)) throw refusal('send', host)
    return send.apply(this, args)
  }
  keepLookupsLocal(dns, (_host, callback, error) => process.nextTick(callback, error))
  keepLookupsLocal(dns.promises, (_host, _callback, error) => Promise.reject(error))
}

function keepLookupsLocal(target, answer) {
  for (const name of Object.keys(target)) {
    if (!/^(lookup|resolve|reverse)/.test(name) || typeof target[name] !== 'function') continue
    const real = target[name]
    target[name] = function (host, ...rest) {
      if (typeof host !== 'string' || isLoopback(host)) return real.call(this, host, ...rest)
      return answer(host, rest.at(-1), refusal(name, host))
    }
  }
}

/** The host of `connect(...)`; null for a socket file. */
function targetOf(args) {
  // net.connect() and http hand over their normalized arguments as one marked array.
  const list = Array.isArray(args[0]) ? args[0] : args
  const [first, second] = list
  if (typeof first === 'object' && first !== null)
    return first.path ? null : (first.host ?? 'localhost')
  if (typeof first === 'string' && !/^\d+$/.test(first)) return null
  return typeof second === 'string' ? second : 'localhost'
}

function isLoopback(host) {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return (
    name === '' ||
    name === 'localhost' ||
    name === '::1' ||
    /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name)
  )
}

function refusal(verb, host) {
  const error = new Error(
    `the rehearsal refuses to ${verb} to '${host}': only loopback is reachable here`,
  )
  return Object.assign(error, { code: 'ETWINREFUSED', hostname: host })
}

function startClock() {
  const RealDate = Date
  const realNow = RealDate.now.bind(RealDate)
  const begun = realNow()
  const given = Number(process.env.TWIN_NOW)
  const start = process.env.TWIN_NOW && Number.isFinite(given) ? given : begun
  let skipped = 0
  const now = () => start + (realNow() - begun) + skipped
  RealDate.now = now
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
  })
  RealDate.prototype.constructor = VirtualDate
  globalThis.Date = VirtualDate
  process.on('exit', () => tell(now()))
  return {
    now,
    advanceTo(instant) {
      skipped += Math.max(0, instant - now())
      tell(now())
    },
  }
}

function tell(instant) {
  const file = process.env.TWIN_CLOCK_FILE
  if (file) appendFileSync(file, `${Math.ceil(instant)}\n`)
}

// Waits end in the order of their instants, one a turn, so that a short wait beside a long one ends
// first as it would in real time.
function letWaitsPass(time) {
  const real = timers.setTimeout
  const waiting = []
  let planned = false

  const plan = () => {
    if (planned || waiting.length === 0) return
    planned = true
    setImmediate(() => {
      planned = false
      const next = waiting.shift()
      if (next !== undefined) {
        time.advanceTo(next.instant)
        next.pass()
      }
      plan()
    })
  }

  timers.setTimeout = function setTimeout(delay, value, options) {
    // Wrong arguments and a signal that is already aborted: the real one answers as ever.
    const wrong =
      (delay !== undefined && typeof delay !== 'number') ||
      (options !== undefined && typeof options !== 'object')
    const signal = options?.signal
    if (
      wrong ||
      options === null ||
      (signal !== undefined && !(signal instanceof AbortSignal)) ||
      signal?.aborted
    ) {
      return real(delay, value, options)
    }
    return new Promise((resolve, reject) => {
      const entry = { instant: time.now() + effective(delay), pass }
      function pass() {
        signal?.removeEventListener('abort', onAbort)
        resolve(value)
      }
      function onAbort() {
        const at = waiting.indexOf(entry)
        if (at >= 0) waiting.splice(at, 1)
        real(1, value, { signal }).catch(reject)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const at = waiting.findIndex((other) => other.instant > entry.instant)
      waiting.splice(at < 0 ? waiting.length : at, 0, entry)
      plan()
    })
  }
}

/** Node's rule: nonsense and too long mean one millisecond. */
function effective(delay = 1) {
  return delay >= 1 && delay <= 2147483647 ? Math.trunc(delay) : 1
}
