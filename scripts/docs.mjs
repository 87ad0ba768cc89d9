// `npm run docs`: writes the generated parts of the documentation. `npm run docs -- --check` only
// says which files are out of date.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { renderGeneratedFiles } from './generated.ts'
import { root } from './repository.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const { files, problems } = await renderGeneratedFiles()
const stale = files.filter(({ was, text }) => was !== text)
for (const { path, text } of stale) {
  console.log(`${path}: ${values.check ? 'out of date' : 'written'}`)
  if (!values.check) writeFileSync(join(root, path), text)
}
console.log(
  `${files.length} files with generated parts, ${stale.length} ${values.check ? 'out of date' : 'written'}`,
)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 || (values.check && stale.length > 0) ? 1 : 0
