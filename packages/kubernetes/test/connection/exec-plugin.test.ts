// Credential plugins: real programs, written here as small scripts for Node.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { findCluster } from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import { runPluginProcess } from '../../src/connection/plugin-process.ts'

/**
 * findCluster loads it at its first call, with all of client-node: most of a second, and on a busy
 * machine more than the time of a test.
 */
beforeAll(() => import('../../src/connection/kube-config.ts'), 60_000)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-plugin-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const never = (): AbortSignal => new AbortController().signal
const V1 = 'client.authentication.k8s.io/v1'

/** A program of that name in the folder. */
function program(name: string, script: string): string {
  const file = join(folder, name)
  writeFileSync(file, `#!${process.execPath}\nconst { env, argv } = process\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

const credential = (status: object, apiVersion = V1): string =>
  JSON.stringify({ apiVersion, kind: 'ExecCredential', status })
const print = (text: string): string => `process.stdout.write(${JSON.stringify(text)})`

async function accessBy(exec: object, env: Readonly<Record<string, string>> = {}) {
  const config = {
    'current-context': 'a',
    clusters: [
      {
        name: 'c',
        cluster: {
          server: 'https://kube.example',
          'tls-server-name': 'kube.internal',
          extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }],
        },
      },
    ],
    users: [{ name: 'u', user: { exec: { apiVersion: V1, ...exec } } }],
    contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
  }
  const file = join(folder, 'config')
  writeFileSync(file, JSON.stringify(config))
  const clock = createFakeClock()
  const all = { PATH: process.env['PATH'] ?? '', KUBECONFIG: file, ...env }
  const ports = kubernetesPorts({ env: all, clock })
  return { access: await findCluster(null, ports), ports, clock }
}

const timeAt = (seconds: number): string => new Date(seconds * 1000).toISOString()

describe('a plugin that works', () => {
  test.each([V1, 'client.authentication.k8s.io/v1beta1'])(
    '%s: a token, masked',
    async (version) => {
      const command = program('login', print(credential({ token: 'geheim' }, version)))
      const { access, ports } = await accessBy({ command, apiVersion: version })
      expect(await access.credentials(never())).toEqual({
        headers: { authorization: 'Bearer geheim' },
        certificate: null,
      })
      expect(ports.logged).toEqual([{ level: 'mask', text: 'geheim' }])
    },
  )

  test('is told what it needs to know, and nothing of the step', async () => {
    const seen = join(folder, 'seen')
    const command = program(
      'login',
      `require('node:fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ argv: argv.slice(2), env }))
       ${print(credential({ token: 't' }))}`,
    )
    const exec = {
      command,
      args: ['get-token', '$(id)', '; rm -rf /'],
      env: [{ name: 'AAD_LOGIN_METHOD', value: 'azurecli' }],
      provideClusterInfo: true,
    }
    const { access } = await accessBy(exec, { INPUT_TOKEN: 'x', STATE_a: 'x', KEPT: 'yes' })
    await access.credentials(never())
    const { argv, env } = JSON.parse(readFileSync(seen, 'utf8')) as {
      readonly argv: readonly string[]
      readonly env: Readonly<Record<string, string>>
    }
    expect(argv).toEqual(['get-token', '$(id)', '; rm -rf /'])
    expect(env).toMatchObject({ AAD_LOGIN_METHOD: 'azurecli', KEPT: 'yes' })
    expect(Object.keys(env).filter((name) => /^(INPUT|STATE)_/.test(name))).toEqual([])
    expect(JSON.parse(env['KUBERNETES_EXEC_INFO'] ?? '')).toEqual({
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://kube.example',
          'tls-server-name': 'kube.internal',
          config: { audience: 'x' },
        },
      },
    })
  })

  test('a client certificate', async () => {
    const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' }
    const command = program('login', print(credential(status)))
    const { access } = await accessBy({ command })
    expect(await access.credentials(never())).toEqual({
      headers: {},
      certificate: { cert: 'CERT', key: 'KEY' },
    })
  })

  test('a relative path starts at the kubeconfig, a bare name is looked up in PATH', async () => {
    program('login', print(credential({ token: 't' })))
    const relative = await accessBy({ command: './login' })
    expect((await relative.access.credentials(never())).headers).toEqual({
      authorization: 'Bearer t',
    })
    const bare = await accessBy({ command: 'login' }, { PATH: `${folder}:${process.env['PATH']}` })
    expect((await bare.access.credentials(never())).headers).toEqual({ authorization: 'Bearer t' })
  })
})

describe('when a plugin is run again', () => {
  const counting = (expires: string): string => `
    const fs = require('node:fs'), file = ${JSON.stringify(join(folder, 'runs'))}
    fs.appendFileSync(file, 'x')
    const token = 'token' + fs.statSync(file).size
    process.stdout.write(JSON.stringify({ apiVersion: '${V1}', kind: 'ExecCredential',
      status: { token, expirationTimestamp: ${JSON.stringify(expires)} } }))`

  test('a minute before its token ends, and when it was refused', async () => {
    const command = program('login', counting(timeAt(1_700_000_600)))
    const { access, clock } = await accessBy({ command })
    const token = async () => (await access.credentials(never())).headers['authorization']
    expect([await token(), await token()]).toEqual(['Bearer token1', 'Bearer token1'])
    clock.advance(539)
    expect(await token()).toBe('Bearer token1')
    clock.advance(2)
    expect(await token()).toBe('Bearer token2')
    expect((await access.renew(never()))?.headers['authorization']).toBe('Bearer token3')
  })

  test('one whose tokens have ended already is not run for every request', async () => {
    const command = program('login', counting(timeAt(1_600_000_000)))
    const { access } = await accessBy({ command })
    await access.credentials(never())
    await access.credentials(never())
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x')
  })
})

describe('a plugin that fails', () => {
  const token = 'eyJhbGciOiJub25lIn0.eyJleHAiOjQwMDAwMDAwMDB9.c2lnbmF0dXJlc2lnbmF0dXJl'

  test.each([
    [
      'ends with an error',
      `console.error('AADSTS700016: no app'); process.exitCode = 3`,
      'ended with 3 (it said: AADSTS700016: no app)',
    ],
    ['says nothing', 'process.exitCode = 1', 'ended with 1'],
    ['prints no JSON', print('hello'), 'printed no ExecCredential with a status'],
    [
      'prints another version',
      print(credential({ token: 't' }, 'client.authentication.k8s.io/v1beta1')),
      'printed another apiVersion than client.authentication.k8s.io/v1, which the kubeconfig asks for',
    ],
    ['gives nothing', print(credential({})), 'printed neither a token nor a certificate'],
    [
      'gives half a certificate',
      print(credential({ clientCertificateData: 'C' })),
      'printed a client certificate without its key, or a key alone',
    ],
    [
      'shows a token',
      `console.error('bad ${token}'); process.exitCode = 1`,
      'ended with 1 (it said: bad ***)',
    ],
    [
      'shows a secret of its environment',
      `console.error('bad ' + env.CLIENT_SECRET); process.exitCode = 1`,
      'ended with 1 (it said: bad ***)',
    ],
  ])('%s', async (_, script, message) => {
    const command = program('login', script)
    const { access } = await accessBy({
      command,
      env: [{ name: 'CLIENT_SECRET', value: 'geheim' }],
    })
    await expect(access.credentials(never())).rejects.toMatchObject({
      code: 'KUBERNETES_CREDENTIALS',
      message: `context "a" of ${join(folder, 'config')}: user "u", exec plugin ${command}: ${message}`,
    })
  })

  test('one that is not installed: its own hint is the next step', async () => {
    const { access } = await accessBy({
      command: 'no-such-login',
      installHint: 'Get it at\nexample.org',
    })
    await expect(access.credentials(never())).rejects.toMatchObject({
      code: 'KUBERNETES_CREDENTIALS',
      message: expect.stringContaining('found no program no-such-login; wanted it on this runner'),
      hint: 'Get it at example.org',
    })
  })
})

describe('a plugin that waits for a person', () => {
  const run = (file: string) => ({ file, args: [], env: { PATH: process.env['PATH'] ?? '' } })

  test('meets the end of its input', async () => {
    const file = program(
      'login',
      `process.stdin.on('data', () => {}).on('end', () => ${print('end')})`,
    )
    expect(await runPluginProcess(run(file), never())).toMatchObject({
      kind: 'ended',
      stdout: 'end',
    })
  })

  const alive = (pid: number): boolean => {
    const stat = `/proc/${pid}/stat`
    try {
      process.kill(pid, 0)
      // Ended, but not yet seen by its parent: in a container nobody may ever look.
      return !existsSync(stat) || !readFileSync(stat, 'utf8').includes(') Z ')
    } catch {
      return false
    }
  }
  /** Starts a child of its own that holds the output open, says its number, and never ends. */
  const waiting = () => {
    const pids = join(folder, 'pids')
    const file = join(folder, 'login')
    // A shell, because it starts at once on a busy machine too.
    const script = [
      '#!/bin/sh',
      'sleep 1000 &',
      "echo 'To sign in, open https://example.org/device' >&2",
      `echo "$$ $!" > '${pids}'`,
      'wait',
    ]
    writeFileSync(file, `${script.join('\n')}\n`, { mode: 0o755 })
    const started = async (): Promise<readonly number[]> => {
      while (!existsSync(pids) || readFileSync(pids, 'utf8') === '') {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return readFileSync(pids, 'utf8').split(' ').map(Number)
    }
    return { file, started }
  }
  const gone = async (pids: readonly number[]): Promise<void> => {
    while (pids.some(alive)) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  test('is ended at the deadline, with all that it started', async () => {
    const { file, started } = waiting()
    const ended = await runPluginProcess(run(file), never(), 1)
    expect(ended).toMatchObject({ kind: 'late', stderr: expect.stringContaining('To sign in') })
    const pids = await started()
    await gone(pids)
    expect(pids).toHaveLength(2)
  })

  test('is ended when the run is cancelled', async () => {
    const { file, started } = waiting()
    const controller = new AbortController()
    const running = runPluginProcess(run(file), controller.signal)
    const pids = await started()
    controller.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    await gone(pids)
  })
})
