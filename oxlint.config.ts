// The rules of docs/architecture.md that a machine can check. Each has a file that breaks it in
// test/lint-fixtures; rules that oxlint lacks are in scripts/structure.ts.
import { defineConfig } from 'oxlint'

/** Who may import whom. A package that is not named here may import none of ours. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  rollout: [],
  evidence: ['rollout'],
  documents: ['rollout'],
  http: ['rollout'],
  probe: ['rollout', 'evidence', 'documents', 'http'],
  azureml: ['rollout', 'evidence', 'documents', 'http'],
  kubernetes: ['rollout', 'evidence', 'documents', 'http'],
  github: ['rollout', 'evidence', 'documents', 'http'],
  action: ['rollout', 'evidence', 'documents', 'http'],
  twin: [],
}
const product = Object.keys(mayImport).filter((name) => name !== 'twin')
/** No clock, no randomness, no I/O at all. */
const pure = ['rollout', 'evidence']
/** Effects are handed to these as parameters; `action` makes them, `twin` is not the product. */
const injected = product.filter((name) => name !== 'action' && !pure.includes(name))

const effectModules = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'http',
  'http2',
  'https',
  'net',
  'perf_hooks',
  'process',
  'readline',
  'timers',
  'tls',
  'worker_threads',
].flatMap((name) => [`node:${name}`, `node:${name}/*`])

const effectGlobals = [
  'process',
  'fetch',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'WebSocket',
  'EventSource',
]

interface Pattern {
  readonly group: string[]
  readonly message: string
}

const noDeepImport: Pattern = {
  group: ['@sluice/*/**'],
  message: 'A package is entered through its index: import @sluice/<name>.',
}
const noToolkit: Pattern = {
  group: ['@actions/*'],
  message: 'Only packages/action imports @actions/*.',
}
const noToolkitInTwin: Pattern = {
  group: ['@actions/*', '!@actions/workflow-parser', '!@actions/expressions'],
  message: 'The twin uses the workflow parser and the expression engine only.',
}
const noNode: Pattern = { group: ['node:*', 'node:*/**'], message: 'This package is pure.' }
const noEffects: Pattern = {
  group: effectModules,
  message: 'Effects are parameters here; packages/action makes them.',
}

/** Ours that a room may import, by package name. */
const only = (names: readonly string[]): Pattern => ({
  group: ['@sluice/*', ...names.map((name) => `!@sluice/${name}`)],
  message: `This room may import ${names.length === 0 ? 'no package of ours' : names.join(', ')}.`,
})
const imports = (...patterns: Pattern[]): ['error', { patterns: Pattern[] }] => [
  'error',
  { patterns },
]

const noGlobals = (names: readonly string[]): ['error', ...{ name: string; message: string }[]] => [
  'error',
  ...names.map((name) => ({ name, message: 'An effect: take it as a parameter.' })),
]

const noProperties: ['error', ...{ object: string; property: string; message: string }[]] = [
  'error',
  { object: 'Date', property: 'now', message: 'Take a Clock.' },
  { object: 'Math', property: 'random', message: 'Randomness is a parameter.' },
  { object: 'crypto', property: 'randomUUID', message: 'Randomness is a parameter.' },
  { object: 'crypto', property: 'getRandomValues', message: 'Randomness is a parameter.' },
  ...[...effectGlobals, 'Date'].map((property) => ({
    object: 'globalThis',
    property,
    message: 'An effect: take it as a parameter.',
  })),
]

const packageRules = (name: string) => {
  const allowed = only(mayImport[name] ?? [])
  if (name === 'twin') return imports(noDeepImport, allowed, noToolkitInTwin)
  if (name === 'action') return imports(noDeepImport, allowed)
  if (pure.includes(name)) return imports(noDeepImport, allowed, noToolkit, noNode)
  return imports(noDeepImport, allowed, noToolkit, noEffects)
}

const sources = (names: readonly string[]) => names.map((name) => `packages/${name}/src/**`)

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'jest', 'promise'],
  categories: { correctness: 'error' },
  options: { typeAware: true, respectEslintDisableDirectives: false },
  env: { es2024: true, node: true },
  ignorePatterns: [
    '**/node_modules/**',
    '**/lib/**',
    'dist/**',
    'test/lint-fixtures/**',
    // Compiled from schemas/ by ajv.
    'packages/documents/src/validators.js',
  ],
  rules: {
    complexity: ['error', 20],
    eqeqeq: 'error',
    'max-depth': ['error', 4],
    'max-lines': ['error', 300],
    'max-lines-per-function': ['error', { max: 60, skipComments: true }],
    'max-params': ['error', 3],
    'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    // A schema is looked up by its name.
    'import/namespace': ['error', { allowComputed: true }],
    'import/no-cycle': 'error',
    'jest/no-disabled-tests': 'error',
    'jest/no-focused-tests': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    // Text is measured and cut by code points, as JSON Schema does.
    'typescript/no-misused-spread': ['error', { allow: ['string'] }],
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    // Text from outside is made inert by naming its control characters.
    'no-control-regex': 'off',
    // Ports and reporters are records of functions: there is no `this` to lose.
    'typescript/unbound-method': 'off',
    'unicorn/prefer-node-protocol': 'error',
    'no-restricted-imports': imports(noDeepImport, noToolkit),
  },
  overrides: [
    ...Object.keys(mayImport).map((name) => ({
      files: sources([name]),
      rules: { 'no-restricted-imports': packageRules(name) },
    })),
    {
      files: ['actions/*/src/**'],
      rules: {
        'no-restricted-imports': imports(noDeepImport, only(product), noToolkit, noEffects),
      },
    },
    {
      files: ['cli/*/src/**'],
      rules: { 'no-restricted-imports': imports(noDeepImport, only(product), noToolkit) },
    },
    {
      files: [...sources(injected), 'actions/*/src/**'],
      rules: {
        'no-console': 'error',
        'no-restricted-globals': noGlobals(effectGlobals),
        'no-restricted-properties': noProperties,
      },
    },
    {
      // The one exception to injection: a kubeconfig names programs that hand out credentials.
      files: ['packages/kubernetes/src/connection/plugin-process.ts'],
      rules: {
        'no-restricted-imports': imports(noDeepImport, only([]), noToolkit),
        'no-restricted-globals': 'off',
      },
    },
    {
      files: sources(pure),
      rules: {
        'no-console': 'error',
        'no-restricted-globals': noGlobals([...effectGlobals, 'Date', 'crypto']),
        'no-restricted-properties': noProperties,
      },
    },
    {
      // The parser and the expression engine also judge the workflows that we ship.
      files: ['test/**'],
      rules: { 'no-restricted-imports': imports(noDeepImport, noToolkitInTwin) },
    },
    {
      files: ['packages/twin/test/**'],
      rules: { 'no-restricted-imports': imports(noDeepImport, only([]), noToolkitInTwin) },
    },
    {
      // A test reads from top to bottom; its length is its cases, its parameters are a table's columns.
      files: ['**/*.test.ts', 'test/**', '**/test/**'],
      rules: {
        'max-lines': ['error', 600],
        'max-lines-per-function': 'off',
        'max-params': 'off',
        // A wrong text makes the assertion fail.
        'typescript/no-base-to-string': 'off',
        'typescript/restrict-template-expressions': 'off',
      },
    },
  ],
})
