// Objects for the apply bench, one file each, as people write them: 40% ConfigMaps, 20% Secrets,
// 20% Services, 20% Deployments without pods. No namespace: each contender brings its own.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** Kinds that `writeObjects` writes. */
export const kindsWritten = 4

/** Files `obj-0000.yaml` and on. */
export function writeObjects(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of objectsOf(count)) writeFileSync(join(folder, `${name}.yaml`), text)
}

/** The same objects as JSON, one line each. */
export function writeJsonObjects(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of objectsOf(count))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(parse(text)))
}

/** A chart whose templates are the same files; nothing in them is for Helm to fill in. */
export function writeChart(folder: string, count: number): void {
  writeObjects(join(folder, 'templates'), count)
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n')
}

const objectsOf = (count: number): readonly (readonly [name: string, text: string])[] =>
  Array.from({ length: count }, (_, index) => {
    const name = `obj-${String(index).padStart(4, '0')}`
    const render = renders[index % renders.length] ?? renderConfigMap
    return [name, render(name, index)]
  })

type Render = (name: string, index: number) => string

const metadata = (name: string): string => `metadata:
  name: ${name}
  labels:
    app: ${name}
    app.kubernetes.io/part-of: bench`

const renderConfigMap: Render = (name, index) => `apiVersion: v1
kind: ConfigMap
${metadata(name)}
data:
  app.conf: |
    # Settings of the application
    a=${index}
    b=${'x'.repeat(400)}
  k: v
`

const renderSecret: Render = (name, index) => `apiVersion: v1
kind: Secret
${metadata(name)}
type: Opaque
data:
  token: ${Buffer.from(`secret-${index}`).toString('base64')}
`

const renderService: Render = (name) => `apiVersion: v1
kind: Service
${metadata(name)}
spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: 8080
`

const renderDeployment: Render = (name) => `apiVersion: apps/v1
kind: Deployment
${metadata(name)}
spec:
  replicas: 0
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: web
          image: example/web:v1
          ports:
            - containerPort: 8080
          env:
            - name: A
              value: b
          resources:
            requests:
              cpu: 10m
              memory: 16Mi
`

const renders = [renderConfigMap, renderConfigMap, renderSecret, renderService, renderDeployment]
