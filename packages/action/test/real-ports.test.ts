import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { commands, runStep as start, type StepEnd, type StepOptions } from './step.ts'

// Each test starts a process, on machines that may be busy.
jest.setTimeout(20_000)

const runStep = (options: StepOptions) => start({ ...options, quickWaits: true })

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

async function serve(
  answers: Readonly<Record<string, readonly [status: number, body: string][]>>,
): Promise<{ base: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    const before = asked.filter((earlier) => earlier.url === url).length
    asked.push({ method: request.method ?? '', url, headers: request.headers })
    const list = answers[url] ?? []
    const [status, body] = list[Math.min(before, list.length - 1)] ?? [
      404,
      '{"message":"Not Found"}',
    ]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body)
  })
  // As a proxy: the tunnel ends here.
  server.on('connect', (request, socket: Socket) => {
    asked.push({ method: 'CONNECT', url: request.url ?? '', headers: request.headers })
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    server.emit('connection', socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const resultOf = (step: StepEnd): unknown => JSON.parse(step.outputs['result'] ?? 'null')

describe('GitHub', () => {
  test('goes through the door with one API version, and gives refusals back', async () => {
    const { base, asked } = await serve({
      '/api/repos/o/r/pulls/1': [
        [503, '{}'],
        [200, '{"number":1}'],
      ],
    })
    const step = await runStep({
      inputs: { what: 'github', 'github-token': 'ghs_hush' },
      env: { GITHUB_API_URL: `${base}/api` },
    })
    expect(resultOf(step)).toEqual([200, { number: 1 }, 404, { message: 'Not Found' }])
    expect(asked.map(({ url }) => url.slice(-1))).toEqual(['1', '1', '2'])
    expect(asked[0]?.headers).toMatchObject({
      authorization: 'token ghs_hush',
      'x-github-api-version': '2022-11-28',
    })
    expect(step.log).toContain('answered 503; try 2 of 4 in ')
  })

  test('says that no answer came, in our own words', async () => {
    const step = await runStep({
      inputs: { what: 'github', 'github-token': 'ghs_hush' },
      env: { GITHUB_API_URL: 'http://127.0.0.1:1' },
    })
    expect(commands(step.log, 'error')).toEqual([expect.stringContaining('HTTP_NO_ANSWER')])
    expect(step.exitCode).toBe(1)
  })

  test('needs a token', async () => {
    const step = await runStep({ inputs: { what: 'github' } })
    expect(commands(step.log, 'error')).toEqual([
      expect.stringMatching(/ACTION_NO_TOKEN.*input `token`/),
    ])
  })
})

describe('the identity token', () => {
  const path = '/token?x=1&audience=api%3A%2F%2FExchange'
  const ask = (base: string) =>
    runStep({
      inputs: { what: 'id-token' },
      env: {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${base}/token?x=1`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'hush-request',
      },
    })

  test('is asked for an audience, and masked before it is used', async () => {
    const { base, asked } = await serve({ [path]: [[200, '{"value":"hush-token"}']] })
    const step = await ask(base)
    expect(step.exitCode).toBe(0)
    expect(asked[0]?.headers.authorization).toBe('Bearer hush-request')
    expect(step.log).toContain('::add-mask::hush-token')
    expect(step.log).toContain('got ***')
  })

  test.each([
    ['a refusal', 403, '{}'],
    ['an answer that is no JSON', 200, '<html>'],
    ['an answer without a token', 200, '{"value":""}'],
  ])('%s', async (_, status, body) => {
    const { base } = await serve({ [path]: [[status, body]] })
    const step = await ask(base)
    expect(commands(step.log, 'error')).toEqual([expect.stringContaining('ACTION_NO_OIDC')])
  })

  test('a job without the right is told which one', async () => {
    const step = await runStep({ inputs: { what: 'id-token' } })
    expect(commands(step.log, 'error')).toEqual([expect.stringContaining('id-token: write')])
  })
})

describe('programs', () => {
  test('get their arguments as they are, no inputs, and are not echoed', async () => {
    const detail = '"; $(id) `id` && x'
    const step = await runStep({ inputs: { what: 'exec', detail } })
    expect(resultOf(step)).toEqual({
      echo: { code: 0, stdout: `${detail}|$HOME\n`, stderr: '' },
      env: { code: 0, stdout: '0\n', stderr: '' },
      exit: { code: 7, stdout: '', stderr: 'why\n' },
      none: 127,
    })
    expect(step.log).not.toContain('why')
  })
})

describe('proxies', () => {
  test('a proxy in the environment is used', async () => {
    const url = 'http://service.invalid/x'
    const { base, asked } = await serve({ '/x': [[200, 'through']] })
    const step = await runStep({
      inputs: { what: 'fetch', detail: url },
      env: { HTTP_PROXY: base },
    })
    expect(resultOf(step)).toMatchObject({ status: 200, text: 'through' })
    expect(asked[0]).toMatchObject({ method: 'CONNECT', url: 'service.invalid:80' })
  })
})

describe('files', () => {
  test('are listed by code unit, with /; links out and circles end', async () => {
    const workspace = mkdtempSync(join(tmpdir(), 'files-'))
    const code = join(workspace, 'code')
    mkdirSync(join(code, 'sub'), { recursive: true })
    for (const name of ['b.py', 'B.py', 'a é.py', 'sub/z.py', '.hidden']) {
      writeFileSync(join(code, name), '')
    }
    writeFileSync(join(workspace, 'secret'), '')
    symlinkSync(join(workspace, 'secret'), join(code, 'out'))
    symlinkSync(workspace, join(code, 'out-folder'))
    symlinkSync(code, join(code, 'sub', 'circle'))
    symlinkSync(join(code, 'b.py'), join(code, 'inside'))
    symlinkSync(join(code, 'gone'), join(code, 'dangling'))
    const step = await runStep({ workspace, inputs: { what: 'files', detail: 'code' } })
    expect(resultOf(step)).toEqual({
      list: ['.hidden', 'B.py', 'a é.py', 'b.py', 'inside', 'sub/z.py'],
      kinds: ['folder', 'absent'],
    })
  })
})

describe('documents', () => {
  const lock = '{"schema":"sluice/lock/v1","endpoints":{}}'

  test.each([
    ['as JSON', lock],
    ['as a path', 'given.json'],
  ])('%s: read, and written in canonical form', async (_, detail) => {
    const workspace = mkdtempSync(join(tmpdir(), 'documents-'))
    writeFileSync(join(workspace, 'given.json'), lock)
    const step = await runStep({ workspace, inputs: { what: 'documents', detail } })
    const { path, digest } = resultOf(step) as { path: string; digest: string }
    expect(path).toMatch(/\/sluice\/lock\.json$/)
    expect(readFileSync(path, 'utf8')).toBe('{"endpoints":{},"schema":"sluice/lock/v1"}')
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
  })

  test('a path that leads nowhere is an error of the user', async () => {
    const step = await runStep({ inputs: { what: 'documents', detail: 'none.json' } })
    expect(commands(step.log, 'error')).toEqual([
      expect.stringContaining('ACTION_FILE_UNREADABLE::none.json: not found'),
    ])
  })
})
