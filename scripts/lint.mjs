// `npm run lint`: oxlint with types, prettier, and the structural rules. All three always run.
import { runNode } from './child.ts'
import { root } from './repository.ts'
import { findStructuralBreaches } from './structure.ts'

const breaches = findStructuralBreaches(root)
for (const { file, rule, message } of breaches) console.log(`${file}: ${message} [${rule}]`)
console.log(`structure: ${breaches.length} breaches`)

const places = ['packages', 'actions', 'cli', 'scripts', 'test', 'oxlint.config.ts']
const oxlint = await runNode(['node_modules/oxlint/bin/oxlint', '--deny-warnings', ...places])
const prettier = await runNode([
  'node_modules/prettier/bin/prettier.cjs',
  '--check',
  '--log-level=warn',
  '.',
])
console.log(`prettier: ${prettier.code === 0 ? 'as wanted' : '`npm run format` mends it'}`)

process.exitCode = breaches.length > 0 || oxlint.code !== 0 || prettier.code !== 0 ? 1 : 0
