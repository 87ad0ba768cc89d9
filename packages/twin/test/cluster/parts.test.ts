// Finding and building the real parts: names of places, texts, and one builder at a time.
import { afterAll, describe, expect, test } from '@jest/globals'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findServers, PartsMissing } from '../../src/cluster/index.ts'
import { renderNoGo } from '../../src/cluster/parts/binaries.ts'
import { isGoNewEnough } from '../../src/cluster/parts/build.ts'
import { fillOnce } from '../../src/cluster/parts/cache-entry.ts'
import { checkIntegrity, readTarFile } from '../../src/cluster/parts/client-tools.ts'
import {
  renderEtcdModule,
  renderKubernetesModule,
  versionFlags,
} from '../../src/cluster/parts/go-modules.ts'
import { cacheFolder, serverKey } from '../../src/cluster/parts/versions.ts'

const place = mkdtempSync(join(tmpdir(), 'sluice-parts-'))
afterAll(() => rmSync(place, { recursive: true }))

describe('the cache', () => {
  test.each([
    [{}, '/home/ann/.cache/sluice'],
    [{ XDG_CACHE_HOME: '/big/cache' }, '/big/cache/sluice'],
    [{ XDG_CACHE_HOME: '' }, '/home/ann/.cache/sluice'],
    [{ XDG_CACHE_HOME: 'here' }, '/home/ann/.cache/sluice'],
  ])('with %j is %s', (env, wanted) => {
    expect(cacheFolder({ env, home: '/home/ann', platform: 'linux-x64' })).toBe(wanted)
  })

  test('is keyed by versions and platform', () => {
    expect(serverKey({ env: {}, home: '/', platform: 'darwin-arm64' })).toMatch(
      /^kubernetes-1\.36\.\d+-etcd-3\.6\.\d+-darwin-arm64$/,
    )
  })
})

describe('an entry of the cache', () => {
  const write = (text: string) => (part: string) => {
    writeFileSync(join(part, 'file'), text)
    return Promise.resolve()
  }

  test('is filled by one of many', async () => {
    const folder = join(place, 'many')
    let fills = 0
    const fill = async (part: string): Promise<void> => {
      fills += 1
      await new Promise((resolve) => setImmediate(resolve))
      writeFileSync(join(part, 'file'), String(fills))
    }
    await Promise.all([fillOnce(folder, fill), fillOnce(folder, fill), fillOnce(folder, fill)])
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('1')
    expect(fills).toBe(1)
  })

  test('that fails leaves nothing, and the next one tries again', async () => {
    const folder = join(place, 'failing')
    const fill = () => Promise.reject(new Error('no network'))
    await expect(fillOnce(folder, fill)).rejects.toThrow('no network')
    expect(readdirSync(place).filter((name) => name.startsWith('failing'))).toEqual([])
    await fillOnce(folder, write('later'))
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('later')
  })

  test.each([
    ['of this machine', `2147483646 ${hostname()}`],
    ['without a readable owner', `x ${hostname()}`],
  ])('is not blocked by the lock of a dead builder %s, and its rest goes', async (name, lock) => {
    const folder = join(place, `dead ${name}`)
    mkdirSync(`${folder}.part-2147483646-ab`)
    writeFileSync(`${folder}.lock`, lock)
    await fillOnce(folder, write('mine'))
    expect(readdirSync(place).filter((entry) => entry.startsWith(`dead ${name}`))).toEqual([
      `dead ${name}`,
    ])
  })

  test('waits for a builder that lives', async () => {
    const folder = join(place, 'living')
    writeFileSync(`${folder}.lock`, `${process.pid} ${hostname()}`)
    const waiting = fillOnce(folder, write('second'))
    mkdirSync(`${folder}.other`)
    writeFileSync(join(`${folder}.other`, 'file'), 'first')
    await new Promise((resolve) => setImmediate(resolve))
    expect(existsSync(folder)).toBe(false)
    renameSync(`${folder}.other`, folder)
    rmSync(`${folder}.lock`)
    await waiting
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('first')
  })
})

describe('the modules that are built', () => {
  const goMod = [
    'module k8s.io/kubernetes',
    'go 1.26.0',
    'replace (',
    '\tk8s.io/api => ./staging/src/k8s.io/api',
    '\tk8s.io/kubelet => ./staging/src/k8s.io/kubelet',
    ')',
    'replace example.com/x => example.com/y v1.0.0',
  ].join('\n')

  test('of Kubernetes take its staging modules as they are published', () => {
    expect(renderKubernetesModule(goMod, '1.36.3').module).toBe(
      [
        'module kube.local',
        'go 1.26.0',
        'require k8s.io/kubernetes v1.36.3',
        'replace k8s.io/api => k8s.io/api v0.36.3',
        'replace k8s.io/kubelet => k8s.io/kubelet v0.36.3',
        '',
      ].join('\n'),
    )
  })

  test('without staging modules are refused', () => {
    expect(() => renderKubernetesModule('module x', '1.36.3')).toThrow(/no staging modules/)
  })

  test('name every command as an import', () => {
    expect(renderKubernetesModule(goMod, '1.36.3').tools).toMatch(
      /kube-apiserver"\n.*controller-manager"\n$/,
    )
    expect(renderEtcdModule('3.6.16')).toEqual({
      module: 'module etcd.local\nrequire go.etcd.io/etcd/server/v3 v3.6.16\n',
      tools: '//go:build tools\n\npackage tools\n\nimport _ "go.etcd.io/etcd/server/v3"\n',
    })
  })

  test('are told their version', () => {
    expect(versionFlags('1.36.3').match(/version\.\w+=\S+/g)).toEqual([
      'version.gitVersion=v1.36.3',
      'version.gitMajor=1',
      'version.gitMinor=36',
    ])
  })
})

describe('without the means', () => {
  test.each([
    ['go version go1.26.8 linux/amd64', true],
    ['go version go1.27rc1 linux/amd64', true],
    ['go version go2.0 linux/amd64', true],
    ['go version go1.25.9 linux/amd64', false],
    ['nonsense', false],
  ])('"%s" is new enough: %s', (told, wanted) => {
    expect(isGoNewEnough(told, { major: 1, minor: 26 })).toBe(wanted)
  })

  test('the text says what is missing and what to do', () => {
    const text = renderNoGo({ found: 'go is not in PATH', passedOver: '' })
    expect(text).toMatch(/etcd, kube-apiserver, kube-controller-manager/)
    expect(text).toMatch(/Go 1\.26 or newer: go is not in PATH/)
    expect(text).toMatch(/Install Go .*\nOr set KUBEBUILDER_ASSETS/)
  })

  const env = (more: Record<string, string>) => ({ PATH: place, XDG_CACHE_HOME: place, ...more })
  const missing = async (more: Record<string, string>): Promise<string> => {
    const refused = await findServers(env(more), () => undefined).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(PartsMissing)
    return (refused as PartsMissing).message
  }

  test('nothing in PATH', async () => {
    expect(await missing({})).toMatch(/go is not in PATH/)
  })

  test('an old Go is named', async () => {
    const old = mkdtempSync(join(place, 'old-'))
    writeFileSync(join(old, 'go'), '#!/bin/sh\necho go version go1.19.8 linux/amd64\n')
    chmodSync(join(old, 'go'), 0o755)
    expect(await missing({ PATH: old })).toMatch(/old-\w+\/go is go version go1\.19\.8/)
  })

  test.each([
    ['KUBEBUILDER_ASSETS', /^KUBEBUILDER_ASSETS=\S+ has no kube-controller-manager\./],
    ['SLUICE_CLUSTER_BIN', /^SLUICE_CLUSTER_BIN=\S+ has no kube-controller-manager$/],
  ])('what %s lacks is said', async (name, wanted) => {
    const assets = mkdtempSync(join(place, 'assets-'))
    for (const file of ['etcd', 'kube-apiserver', 'kubectl']) writeFileSync(join(assets, file), '')
    expect(await missing({ [name]: assets })).toMatch(wanted)
  })

  test('a folder with all servers is used as it is', async () => {
    const assets = mkdtempSync(join(place, 'whole-'))
    for (const file of ['etcd', 'kube-apiserver', 'kube-controller-manager'])
      writeFileSync(join(assets, file), '')
    const { origin, ...files } = await findServers(
      env({ KUBEBUILDER_ASSETS: assets }),
      () => undefined,
    )
    expect(Object.values(files).every((file) => file.startsWith(assets))).toBe(true)
    expect(origin).toBe('KUBEBUILDER_ASSETS')
  })

  test('what was built is taken from the cache, and still tells how long that took', async () => {
    const cache = mkdtempSync(join(place, 'cache-'))
    const variables = env({ XDG_CACHE_HOME: cache })
    const machine = { env: variables, home: '', platform: `${process.platform}-${process.arch}` }
    const folder = join(cacheFolder(machine), serverKey(machine))
    mkdirSync(folder, { recursive: true })
    const { origin } = await findServers(variables, () => undefined)
    expect(origin).toBe('from the cache')
    writeFileSync(join(folder, 'build-seconds'), '412\n')
    const found = await findServers(variables, () => undefined)
    expect(found.origin).toBe('from the cache, built once in 412 s')
    expect(found.etcd).toBe(join(folder, 'etcd'))
  })
})

describe('the archive of the client programs', () => {
  test('that is another one is refused before it is unpacked', () => {
    expect(() => checkIntegrity(Buffer.from('x'), 'sha512-other')).toThrow(/sha512-other is wanted/)
  })

  test('gives the file that is asked for', () => {
    const entry = (name: string, text: string): Buffer => {
      const head = Buffer.alloc(512)
      head.write(name, 0)
      head.write(text.length.toString(8).padStart(11, '0'), 124)
      const body = Buffer.alloc(512)
      body.write(text)
      return Buffer.concat([head, body])
    }
    const archive = Buffer.concat([
      entry('package/a', 'one'),
      entry('package/b', 'two'),
      Buffer.alloc(1024),
    ])
    expect(readTarFile(archive, 'package/b').toString()).toBe('two')
    expect(() => readTarFile(archive, 'package/c')).toThrow('the archive has no package/c')
  })
})
