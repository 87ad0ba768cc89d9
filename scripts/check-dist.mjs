// `npm run check-dist`: builds every bundle again in a temporary folder and compares it with the
// committed one, file by file and byte by byte. Names every difference.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileActions, judgeBundle, writeBundle } from './bundle.ts'
import { mapParallel } from './child.ts'
import { listActions, listFiles, listFolders, root } from './repository.ts'

const actions = listActions()
if (!(await compileActions(actions))) process.exit(1)

const again = mkdtempSync(join(tmpdir(), 'sluice-dist-'))
const differences = await mapParallel(actions, 2, async (action) => {
  const built = join(again, action.name)
  await writeBundle(action, built)
  return [...compare(action.name, built), ...(await judgeBundle(action.name, built))]
})
rmSync(again, { recursive: true })

const strangers = listFolders(join(root, 'dist'))
  .filter((name) => actions.every((action) => action.name !== name))
  .map((name) => `dist/${name}: there is no actions/${name}/action.yml`)
const all = [...differences.flat(), ...strangers]
for (const difference of all) console.error(difference)
console.log(`${actions.length} bundles rebuilt, ${all.length} differences`)
if (all.length > 0) console.error('`npm run build` writes dist anew; commit it with the sources.')
process.exitCode = all.length > 0 || actions.length === 0 ? 1 : 0

function compare(name, built) {
  const committed = join(root, 'dist', name)
  const paths = new Set([...listFiles(committed), ...listFiles(built)])
  return [...paths].sort().flatMap((path) => {
    const [was, is] = [join(committed, path), join(built, path)]
    if (!existsSync(was)) return [`dist/${name}/${path}: not committed`]
    if (!existsSync(is)) return [`dist/${name}/${path}: left over, the build does not write it`]
    return readFileSync(was).equals(readFileSync(is)) ? [] : [`dist/${name}/${path}: other bytes`]
  })
}
