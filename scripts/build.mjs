// `npm run build [-- --only <name>]`: emits JavaScript, bundles every action into dist/<name>/ and
// starts each bundle once.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compileActions, folderBytes, judgeBundle, writeBundle } from './bundle.ts'
import { mapParallel } from './child.ts'
import { listActions, root } from './repository.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const actions = listActions().filter(({ name }) => (values.only ?? name) === name)
if (actions.length === 0) {
  console.error(
    `no action named "${values.only}" with an action.yml, there are: ${listActions()
      .map(({ name }) => name)
      .join(', ')}`,
  )
  process.exit(1)
}

if (!(await compileActions(actions))) process.exit(1)

const complaints = await mapParallel(actions, 2, async (action) => {
  const began = performance.now()
  const out = join(root, 'dist', action.name)
  await writeBundle(action, out)
  const found = await judgeBundle(action.name, out)
  const size = (folderBytes(out) / 1e6).toFixed(2)
  console.log(
    `dist/${action.name}: ${size} MB in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  )
  return found
})
for (const complaint of complaints.flat()) console.error(complaint)
process.exitCode = complaints.flat().length > 0 ? 1 : 0
