// Credentials from a program that the kubeconfig names (kubelogin, gke-gcloud-auth-plugin, aws), by the
// public ExecCredential form.
import { dirname, isAbsolute, join } from 'node:path'
import { kubernetesError } from '../errors.ts'
import { isRecord, parseJson, recordsIn, textOf } from '../record.ts'
import { bearer, type Authorizer, type CredentialPorts } from './authorizer.ts'
import type { ClusterAccess, Credentials } from './cluster-access.ts'
import type { ChosenContext, Entry } from './kube-config.ts'
import { badField, textIn, type Place } from './trust.ts'

export interface PluginRun {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * Runs a program without a shell, with nothing to read. `missing`: it is not installed; `late`: it was
 * ended at the deadline. Rejects with the signal's reason only.
 */
export type RunPlugin = (run: PluginRun, signal: AbortSignal) => Promise<PluginEnd>

export interface PluginEnd {
  readonly kind: 'ended' | 'missing' | 'late'
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']
/** A token is renewed before its end, so that a request in flight does not meet it. */
const SKEW_MILLISECONDS = 60_000
/** A plugin whose tokens never last that long is not run for every request all the same. */
const SHORTEST_USE_MILLISECONDS = 10_000

export interface PluginParts {
  readonly chosen: ChosenContext
  /** What a plugin may be told of the cluster. */
  readonly cluster: Pick<ClusterAccess, 'server' | 'trust' | 'proxy'>
  readonly ports: CredentialPorts
  readonly runPlugin: RunPlugin
  readonly exec: Entry
  readonly place: Place
}

interface Held {
  readonly credentials: Credentials
  /** Milliseconds since 1970; null: until it is refused. */
  readonly until: number | null
}

export function createPlugin(parts: PluginParts): Authorizer {
  const spec = parsePlugin(parts)
  const { clock } = parts.ports
  let held: Held | null = null
  const run = async (signal: AbortSignal): Promise<Credentials> => {
    const end = await parts.runPlugin(spec.run, signal)
    held = readCredential(end, { parts, spec })
    return held.credentials
  }
  return {
    credentials: (signal) =>
      held !== null && (held.until === null || clock.now() < held.until)
        ? Promise.resolve(held.credentials)
        : run(signal),
    renew: run,
  }
}

interface PluginSpec {
  readonly run: PluginRun
  readonly apiVersion: string
  /** For messages: the program and where it stands. */
  readonly what: string
  readonly installHint: string | null
}

function parsePlugin({ exec, place, chosen, cluster, ports }: PluginParts): PluginSpec {
  const command = textIn(exec, 'command')
  if (command === null) throw badField(place, 'exec.command', 'found none; wanted a program')
  const apiVersion = textIn(exec, 'apiVersion') ?? ''
  if (!VERSIONS.includes(apiVersion)) {
    throw badField(
      place,
      'exec.apiVersion',
      `found "${apiVersion}"; wanted ${VERSIONS.join(' or ')}: write the kubeconfig again with a newer ${command}`,
    )
  }
  if (exec['interactiveMode'] === 'Always') {
    const message = `${command} wants a person at a terminal (Always); a job has none`
    throw badField(place, 'exec.interactiveMode', message)
  }
  const added = recordsIn(exec['env']).map(
    (one) => [textOf(one['name']), textOf(one['value'])] as const,
  )
  const info = { interactive: false, ...clusterInfo(exec, { chosen, cluster }) }
  return {
    apiVersion,
    what: `${place.source}: ${place.owner}, exec plugin ${command}`,
    installHint: textIn(exec, 'installHint'),
    run: {
      file: locate(command, chosen.folder),
      args: Array.isArray(exec['args']) ? exec['args'].map(String) : [],
      env: {
        ...withoutInputs(ports.env),
        ...Object.fromEntries(added),
        KUBERNETES_EXEC_INFO: JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: info }),
      },
    },
  }
}

/** A path starts at the kubeconfig's folder; a bare name is looked up in PATH. */
const locate = (command: string, folder: string): string =>
  dirname(command) === '.' && !command.startsWith('.')
    ? command
    : isAbsolute(command)
      ? command
      : join(folder, command)

/** The inputs of the step may hold secrets that are none of the plugin's business. */
const withoutInputs = (env: CredentialPorts['env']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^(INPUT|STATE)_/i.test(name) ? [] : [[name, value]],
    ),
  )

const EXTENSION = 'client.authentication.k8s.io/exec'

function clusterInfo(
  exec: Entry,
  { chosen, cluster }: Pick<PluginParts, 'chosen' | 'cluster'>,
): Entry {
  if (exec['provideClusterInfo'] !== true) return {}
  const { server, trust, proxy } = cluster
  const config = recordsIn(chosen.cluster['extensions']).find((one) => one['name'] === EXTENSION)?.[
    'extension'
  ]
  return {
    cluster: {
      server,
      ...(trust.serverName !== null && { 'tls-server-name': trust.serverName }),
      ...(trust.skipVerification && { 'insecure-skip-tls-verify': true }),
      ...(trust.ca !== null && {
        'certificate-authority-data': Buffer.from(trust.ca).toString('base64'),
      }),
      ...(proxy !== null && { 'proxy-url': proxy }),
      ...(config !== undefined && { config }),
    },
  }
}

interface Reading {
  readonly parts: PluginParts
  readonly spec: PluginSpec
}

function readCredential(end: PluginEnd, { parts, spec }: Reading): Held {
  const bad = (message: string, hint?: string): Error =>
    kubernetesError(
      'KUBERNETES_CREDENTIALS',
      `${spec.what}: ${message}`,
      hint === undefined ? {} : { hint },
    )
  if (end.kind === 'missing') {
    const more = spec.installHint === null ? undefined : short(spec.installHint, 600)
    throw bad(`found no program ${spec.run.file}; wanted it on this runner`, more)
  }
  const said = saidBy(end.stderr, spec.run)
  if (end.kind === 'late') {
    throw bad(`gave no credentials in time and was ended${said}; a job cannot log in by hand`)
  }
  if (end.code !== 0) throw bad(`ended with ${end.code}${said}`)
  const value = parseJson(end.stdout)
  const status = isRecord(value) ? value['status'] : undefined
  if (!isRecord(value) || value['kind'] !== 'ExecCredential' || !isRecord(status)) {
    throw bad('printed no ExecCredential with a status')
  }
  if (value['apiVersion'] !== spec.apiVersion) {
    throw bad(`printed another apiVersion than ${spec.apiVersion}, which the kubeconfig asks for`)
  }
  return heldOf(status, { parts, bad })
}

function heldOf(
  status: Entry,
  { parts, bad }: { readonly parts: PluginParts; readonly bad: (message: string) => Error },
): Held {
  const { clock, log } = parts.ports
  const token = textIn(status, 'token')
  const [cert, key] = [textIn(status, 'clientCertificateData'), textIn(status, 'clientKeyData')]
  if ((cert === null) !== (key === null)) {
    throw bad('printed a client certificate without its key, or a key alone')
  }
  if (token === null && cert === null) throw bad('printed neither a token nor a certificate')
  if (token !== null) log.mask(token)
  const expires = Date.parse(textIn(status, 'expirationTimestamp') ?? '')
  const until = Number.isNaN(expires)
    ? null
    : Math.max(expires - SKEW_MILLISECONDS, clock.now() + SHORTEST_USE_MILLISECONDS)
  const certificate = cert === null || key === null ? null : { cert, key }
  return { credentials: { headers: token === null ? {} : bearer(token), certificate }, until }
}

/** The end of what a plugin complained, without anything that looks like a token or is a secret. */
function saidBy(stderr: string, { env }: PluginRun): string {
  const secrets = Object.entries(env)
    .filter(([name, value]) => /SECRET|PASSWORD|TOKEN|KEY/i.test(name) && value.length >= 4)
    .map(([, value]) => value)
  const plain = secrets
    .reduce((text, secret) => text.replaceAll(secret, '***'), stderr)
    .replace(/[\w.~+/=-]{40,}/g, '***')
    .replace(/\s+/g, ' ')
    .trim()
  return plain === '' ? '' : ` (it said: ${plain.slice(-400).toWellFormed()})`
}

const short = (text: string, longest: number): string =>
  text.replace(/\s+/g, ' ').trim().slice(0, longest).toWellFormed()
