// etcd, kube-apiserver and kube-controller-manager, built once from Go modules.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClusterFailure } from '../failure.ts'
import { GO_ENV } from './build.ts'
import {
  ETCD_COMMAND,
  KUBERNETES_COMMANDS,
  renderEtcdModule,
  renderKubernetesModule,
  versionFlags,
  type WrapperModule,
} from './go-modules.ts'
import { runProgram } from './program.ts'
import { ETCD, KUBERNETES } from './versions.ts'

/** Into `folder`, which exists. `go`: path of the program. */
export async function buildServers(go: string, folder: string): Promise<void> {
  const sources = join(folder, 'sources')
  mkdirSync(sources)
  const goMod = await readKubernetesGoMod(go, sources)
  await buildModule(go, {
    cwd: join(sources, 'kube'),
    module: renderKubernetesModule(goMod, KUBERNETES),
    commands: KUBERNETES_COMMANDS,
    output: `${folder}/`,
    flags: versionFlags(KUBERNETES),
  })
  await buildModule(go, {
    cwd: join(sources, 'etcd'),
    module: renderEtcdModule(ETCD),
    commands: [ETCD_COMMAND],
    output: join(folder, 'etcd'),
    flags: '',
  })
  rmSync(sources, { recursive: true })
  const told = await runProgram(join(folder, 'kube-apiserver'), {
    args: ['--version'],
    cwd: folder,
  })
  if (!told.includes(`v${KUBERNETES}`))
    throw new ClusterFailure(
      `the built kube-apiserver calls itself ${told.trim()}, not v${KUBERNETES}`,
    )
}

async function readKubernetesGoMod(go: string, cwd: string): Promise<string> {
  const args = ['mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES}`]
  const told = JSON.parse(await runProgram(go, { args, cwd, env: GO_ENV })) as { GoMod?: string }
  if (told.GoMod === undefined)
    throw new ClusterFailure(`go told no go.mod of k8s.io/kubernetes@v${KUBERNETES}`)
  return readFileSync(told.GoMod, 'utf8')
}

async function buildModule(
  go: string,
  build: {
    readonly cwd: string
    readonly module: WrapperModule
    readonly commands: readonly string[]
    readonly output: string
    readonly flags: string
  },
): Promise<void> {
  const { cwd, module, commands, output, flags } = build
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'go.mod'), module.module)
  writeFileSync(join(cwd, 'tools.go'), module.tools)
  await runProgram(go, { args: ['mod', 'tidy'], cwd, env: GO_ENV })
  const ldflags = `-ldflags=${['-s -w', flags].join(' ').trim()}`
  const args = ['build', '-trimpath', '-buildvcs=false', ldflags, '-o', output, ...commands]
  await runProgram(go, { args, cwd, env: GO_ENV })
}
