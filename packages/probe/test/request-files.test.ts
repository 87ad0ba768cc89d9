import { describe, expect, test } from '@jest/globals'
import { isGet, readRequests, type ReadableFiles } from '@sluice/probe'

const filesOf = (content: Readonly<Record<string, string>>): ReadableFiles => {
  const below = (folder: string): string[] =>
    Object.keys(content)
      .filter((path) => folder === '.' || path.startsWith(`${folder}/`))
      .map((path) => (folder === '.' ? path : path.slice(folder.length + 1)))
  return {
    readText: (path) => Promise.resolve(content[path] ?? ''),
    list: (folder) => Promise.resolve(below(folder).sort()),
    kind: (path) =>
      Promise.resolve(path in content ? 'file' : below(path).length > 0 ? 'folder' : 'absent'),
  }
}

const FILES = filesOf({
  'requests/b.json': '{"b": 1}',
  'requests/a.json': '\uFEFF [1, 2]\n',
  'requests/edge/empty.json': '{}',
  'requests/README.md': '# not a request',
  'other/x.txt': '{"x": 1}',
  'bad/one.json': '{"token": hunter2}',
  'bad/two.txt': ' ',
  'bad/four.get': '{"token": "hunter2"}',
  'bad/three.json': '[1,',
  'bad/fine.json': '1',
  'docs/notes.md': '',
  'gets/health.get': '',
  'gets/empty.json': ' \n',
  'gets/marked.json': '\uFEFF',
  'gets/post.json': '{}',
})

const namesAt = async (path: string): Promise<string[]> => {
  const requests = await readRequests(path, FILES)
  return requests.ok ? requests.value.map(({ name }) => name) : ['refused']
}

describe('which files', () => {
  test.each([
    ['requests/b.json', ['b.json']],
    ['requests', ['a.json', 'b.json', 'edge/empty.json']],
    ['requests/', ['a.json', 'b.json', 'edge/empty.json']],
    ['requests/*.json', ['a.json', 'b.json']],
    ['requests/**/*.json', ['a.json', 'b.json', 'edge/empty.json']],
    ['requests/e*/*', ['edge/empty.json']],
    ['other/*', ['x.txt']],
    ['*/a.json', ['requests/a.json']],
    ['*', ['refused']],
  ])('%s', async (path, names) => {
    expect(await namesAt(path)).toEqual(names)
  })

  test.each([
    ['absent', 'found no file or folder `absent`'],
    ['docs', 'folder `docs` holds no *.json; add one request body per file'],
    ['docs/*.json', '`docs/*.json` fits no file'],
    ['absent/*.json', '`absent/*.json` fits no file'],
  ])('%s is refused', async (path, message) => {
    expect(await readRequests(path, FILES)).toEqual({
      ok: false,
      problems: [{ where: path, message }],
    })
  })
})

test('bodies are sent as they are, without a byte order mark', async () => {
  expect(await readRequests('requests/*.json', FILES)).toEqual({
    ok: true,
    value: [
      { name: 'a.json', body: ' [1, 2]\n', contentType: 'application/json' },
      { name: 'b.json', body: '{"b": 1}', contentType: 'application/json' },
    ],
  })
})

test('an empty file is a GET, where its name says that it is a request', async () => {
  const requests = await readRequests('gets', FILES)
  const found = requests.ok ? requests.value : []
  expect(found.map((request) => [request.name, request.body, isGet(request)])).toEqual([
    ['empty.json', '', true],
    ['health.get', '', true],
    ['marked.json', '', true],
    ['post.json', '{}', false],
  ])
  expect(await readRequests('bad/two.txt', FILES)).toMatchObject({
    ok: false,
    problems: [{ where: 'bad/two.txt:1:2' }],
  })
})

test('every file that is not JSON is told, and none of its content', async () => {
  const requests = await readRequests('bad', FILES)
  const problems = requests.ok ? [] : requests.problems
  expect(problems.map(({ where }) => where)).toEqual([
    'bad/four.get',
    'bad/one.json:1:11',
    'bad/three.json:1:4',
  ])
  expect(JSON.stringify(problems)).not.toContain('hunter2')
})
