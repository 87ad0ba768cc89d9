// client-node without its generated half. ncc keeps every module of a package that does not say
// `sideEffects: false`: 17 MB for one class. rollup drops what `KubeConfig` does not reach; ncc then
// takes the one file that is left, by the import `#client-node` of packages/kubernetes.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup, type Plugin } from 'rollup'
import { root } from './repository.ts'

/** Relative to the checkout; beside it a list of the packages that are in it. */
export const vendorFile = 'packages/kubernetes/lib/vendor/client-node.js'
const listFile = vendorFile.replace(/\.js$/, '.packages.json')

interface Carried {
  /** Of the lock file and of this script. */
  readonly digest: string
  /** Folders of packages, relative to the checkout. */
  readonly folders: readonly string[]
}

const entry = "export { KubeConfig } from '@kubernetes/client-node'"

/**
 * Only reached by requests and proxies of the library, which we never use: connections are
 * packages/action's, with the undici that is in every bundle anyway; and by `auth-provider: azure` and
 * `gcp`, which are refused before.
 */
const unused = [
  'undici',
  'socks',
  'socks-proxy-agent',
  'hpagent',
  'jsonpath-plus',
  'isomorphic-ws',
  'stream-buffers',
  'tar-fs',
  'form-data',
]

/** Writes the file, unless the one that is there was made from the same packages. */
export async function writeVendor(): Promise<void> {
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(readFileSync(join(root, 'scripts/vendor.ts')))
    .digest('hex')
  if (existsSync(join(root, vendorFile)) && readList().digest === digest) return
  const bundle = await rollup({
    input: 'entry',
    external: (id) => id.startsWith('node:'),
    plugins: [
      entryPlugin,
      unusedPlugin,
      nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }),
      jsonPlugin,
    ],
    treeshake: { moduleSideEffects: false },
    onLog: (level, log) => {
      // Two classes of the library name each other; nothing runs between them at the start.
      if (log.code !== 'CIRCULAR_DEPENDENCY')
        console.error(`${vendorFile}: ${level}: ${log.message}`)
    },
  })
  const { output } = await bundle.generate({ format: 'es', sourcemap: false })
  await bundle.close()
  const [chunk] = output
  const carried = Object.entries(chunk.modules)
    .filter(([, module]) => module.renderedLength > 0)
    .flatMap(([path]) => folderOf(path))
  mkdirSync(dirname(join(root, vendorFile)), { recursive: true })
  writeFileSync(join(root, vendorFile), chunk.code)
  const list: Carried = { digest, folders: [...new Set(carried)].sort() }
  writeFileSync(join(root, listFile), `${JSON.stringify(list, null, 2)}\n`)
}

/** Folders of the packages in the file, relative to the checkout. */
export const vendoredPackages = (): readonly string[] => readList().folders

const readList = (): Carried => JSON.parse(readFileSync(join(root, listFile), 'utf8')) as Carried

const entryPlugin: Plugin = {
  name: 'entry',
  // Resolved as if it stood in the package that declares the dependency.
  resolveId: (id) => (id === 'entry' ? join(root, 'packages/kubernetes/entry.js') : null),
  load: (id) => (id === join(root, 'packages/kubernetes/entry.js') ? entry : null),
}

const absence = '\0unused'
const unusedPlugin: Plugin = {
  name: 'unused',
  resolveId: (id) => (unused.includes(id) ? { id: absence, syntheticNamedExports: true } : null),
  load: (id) =>
    id === absence
      ? `export default new Proxy({}, { get: () => class { constructor() { throw new Error('left out of the bundle') } } })`
      : null,
}

/** The library reads its own version from its package.json. */
const jsonPlugin: Plugin = {
  name: 'json',
  transform: (code, id) => (id.endsWith('.json') ? `export default ${code}` : null),
}

function folderOf(path: string): readonly string[] {
  const folder = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]
  return folder === undefined ? [] : [relative(root, folder)]
}
