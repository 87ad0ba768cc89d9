// One action's bundle: made by ncc from the emitted JavaScript, then judged.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readActionFile } from './action-file.ts'
import { runNode } from './child.ts'
import { readErrorTables } from './error-tables.ts'
import { type ModuleStatistics, renderLicences } from './licences.ts'
import { loadedBytes } from './loaded.ts'
import { type ActionFolder, listFiles, root } from './repository.ts'
import { writeVendor } from './vendor.ts'

const megabyte = 1_000_000
/** What a run on one platform can load counts, whether it does or not. */
const limits = { loaded: 4 * megabyte, folder: 7 * megabyte }

/** What ncc leaves where a module could not be resolved. It exits 0 all the same. */
const unresolved = /webpackMissingModule|@@notfound|eval\("require"\)/
/** What Node says of a bundle that is broken before our code decides anything. */
const crashed =
  /\b(ReferenceError|SyntaxError|TypeError|ERR_[A-Z_]+|Cannot find (module|package))\b/

/** Emits the JavaScript of these actions and of what they import; false where the types are wrong. */
export async function compileActions(actions: readonly ActionFolder[]): Promise<boolean> {
  const folders = actions.map(({ folder }) => folder)
  const tsc = 'node_modules/typescript/bin/tsc'
  if (folders.length === 0 || (await runNode([tsc, '-b', ...folders])).code !== 0) return false
  await writeVendor()
  return true
}

/** Writes the bundle of `actions/<name>/lib/index.js` into an emptied folder; throws what ncc says. */
export async function writeBundle(action: ActionFolder, out: string): Promise<void> {
  // ncc leaves the chunks of earlier builds.
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  await bundleFile(`${action.folder}/lib/index.js`, out)
  if (readActionFile(action).hasPost) writeFileSync(join(out, 'post.js'), postEntry)
}

/** The post step is the same bundle, and is told so by its entry. */
const postEntry = `// Starts the same bundle as its post step.
process.argv.push('--post')
await import('./index.js')
`

/** Runs ncc as every bundle is built: ESM, readable, licences beside, nothing from a cache. */
export async function bundleFile(entry: string, out: string): Promise<void> {
  const ncc = 'node_modules/@vercel/ncc/dist/ncc/cli.js'
  const notes = mkdtempSync(join(tmpdir(), 'sluice-ncc-'))
  const statistics = join(notes, 'statistics.json')
  const options = ['--out', out, '--stats-out', statistics, '--no-cache', '--quiet']
  const ended = await runNode([ncc, 'build', entry, ...options], { quiet: true })
  if (ended.code !== 0)
    throw new Error(`ncc build ${entry} ended with ${ended.code}:\n${ended.output}`)
  const modules = JSON.parse(readFileSync(statistics, 'utf8')) as ModuleStatistics
  writeFileSync(join(out, 'licenses.txt'), `${renderLicences(modules)}\n`)
  rmSync(notes, { recursive: true })
}

/** Every complaint about a written bundle; starts it once, without inputs and without network. */
export async function judgeBundle(name: string, folder: string): Promise<readonly string[]> {
  const files = listFiles(folder).map((path) => {
    const text = readFileSync(join(folder, path), 'utf8')
    return { path, text, bytes: statSync(join(folder, path)).size }
  })
  const code = files.filter(({ path }) => /\.[cm]?js$/.test(path))
  const complaints = [
    ...code
      .filter(({ text }) => unresolved.test(text))
      .map(({ path }) => `${path} asks for a module that ncc did not find`),
    ...files
      .filter(({ text }) => text.includes(root))
      .map(({ path }) => `${path} holds the path of this checkout: it cannot be rebuilt elsewhere`),
    ...['index.js', 'package.json', 'licenses.txt']
      .filter((path) => files.every((file) => file.path !== path))
      .map((path) => `${path} is missing`),
    ...tooLarge('loaded code', loadedBytes(code), limits.loaded),
    ...tooLarge('the folder', sum(files), limits.folder),
    ...(await judgeStart(folder)),
  ]
  return complaints.map((complaint) => `${name}: ${complaint}`)
}

/** Bytes of all files of a folder. */
export function folderBytes(folder: string): number {
  return listFiles(folder).reduce((total, path) => total + statSync(join(folder, path)).size, 0)
}

const sum = (files: readonly { readonly bytes: number }[]): number =>
  files.reduce((total, file) => total + file.bytes, 0)

function tooLarge(what: string, bytes: number, limit: number): readonly string[] {
  if (bytes <= limit) return []
  return [`${what} is ${(bytes / megabyte).toFixed(2)} MB, the limit is ${limit / megabyte} MB`]
}

async function judgeStart(folder: string): Promise<readonly string[]> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-start-'))
  const ended = await runNode([join(folder, 'index.js')], {
    cwd: home,
    env: { HOME: home, RUNNER_TEMP: home, GITHUB_ACTIONS: 'true' },
    quiet: true,
    limitSeconds: 30,
  })
  rmSync(home, { recursive: true })
  const said = ended.output.slice(0, 2000)
  if (ended.code !== 1) return [`without inputs it ends with ${ended.code}, wanted 1:\n${said}`]
  if (crashed.test(ended.output)) return [`it does not start:\n${said}`]
  const codes = await userCodes()
  const annotated = ended.output.split('\n').filter((line) => line.startsWith('::error'))
  return annotated.some((line) => codes.some((code) => line.includes(code)))
    ? []
    : [`without inputs it annotates no error of ours:\n${said}`]
}

async function userCodes(): Promise<readonly string[]> {
  const tables = await readErrorTables()
  return tables.flatMap(({ rows }) =>
    rows.filter((row) => row.fault === 'user').map((row) => row.code),
  )
}
