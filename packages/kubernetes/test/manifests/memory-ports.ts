// A file system of texts and programs of answers, with what was said and run.
import type { RunProgram } from '@sluice/kubernetes'
import type { ManifestPorts } from '@sluice/kubernetes'

export type Files = Readonly<Record<string, string>>

interface Ran {
  readonly code?: number
  readonly stdout?: string
  readonly stderr?: string
}

/** Programs by their first words: `kubectl kustomize`; the rest is not installed. */
export type Programs = Readonly<Record<string, Ran>>

export function memoryPorts(files: Files, programs: Programs = {}) {
  const notices: string[] = []
  const commands: string[] = []
  const names = Object.keys(files)
  const exec: RunProgram = (file, args) => {
    commands.push([file, ...args].join(' '))
    const found = Object.entries(programs).find(([words]) =>
      [file, ...args].join(' ').startsWith(words),
    )
    const { code = 0, stdout = '', stderr = '' } = found?.[1] ?? { code: 127 }
    return Promise.resolve({ code, stdout, stderr })
  }
  const ports: ManifestPorts = {
    files: {
      readText: (path) => {
        const text = files[path]
        if (text !== undefined && text !== 'UNREADABLE') return Promise.resolve(text)
        return Promise.reject(Object.assign(new Error('secret path'), { code: 'EACCES' }))
      },
      kind: (path) => {
        if (Object.hasOwn(files, path)) return Promise.resolve('file')
        const below = path === '.' ? names.length > 0 : names.some((n) => n.startsWith(`${path}/`))
        return Promise.resolve(below ? 'folder' : 'absent')
      },
      list: (folder) =>
        Promise.resolve(
          names
            .filter((name) => folder === '.' || name.startsWith(`${folder}/`))
            .map((name) => (folder === '.' ? name : name.slice(folder.length + 1)))
            .toSorted(),
        ),
    },
    exec,
    log: {
      info: () => undefined,
      notice: (message) => void notices.push(message),
      warning: () => undefined,
      mask: () => undefined,
    },
    signal: new AbortController().signal,
  }
  return { ports, notices, commands }
}
