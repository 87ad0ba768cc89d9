// Traefik's static configuration and its command line (pure).
import type { Program } from '../guard.ts'

export interface GatewayPlace {
  /** The cluster's folder, which holds pki/ and the gateway's own files. */
  readonly folder: string
  /** https://127.0.0.1:PORT */
  readonly server: string
  /** `web`: requests of clients. `own`: the gateway's own ping and metrics. */
  readonly ports: { readonly web: number; readonly own: number }
  /** How long the gateway gathers changes before it takes them over. */
  readonly throttleMs: number
}

export const gatewayConfigFile = (folder: string): string => `${folder}/traefik.yml`
/** Read by the gateway, so that no token is in its configuration or on its command line. */
export const gatewayTokenFile = (folder: string): string => `${folder}/gateway.token`

export const gatewayProgram = (folder: string, file: string): Program => ({
  name: 'traefik',
  file,
  args: [`--configFile=${gatewayConfigFile(folder)}`],
})

/** YAML that is JSON. */
export function renderGatewayConfig({ folder, server, ports, throttleMs }: GatewayPlace): string {
  const provider = {
    endpoint: server,
    token: gatewayTokenFile(folder),
    certAuthFilePath: `${folder}/pki/apiserver.crt`,
  }
  return `${JSON.stringify(
    {
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      log: { level: 'INFO', noColor: true },
      ping: {},
      metrics: { prometheus: { addServicesLabels: true } },
      entryPoints: {
        web: { address: `127.0.0.1:${ports.web}` },
        traefik: { address: `127.0.0.1:${ports.own}` },
      },
      providers: {
        // The wait between two configurations, whichever provider they are from.
        providersThrottleDuration: `${throttleMs}ms`,
        kubernetesGateway: { ...provider, statusAddress: { ip: '127.0.0.1' } },
        kubernetesIngress: { ...provider, ingressEndpoint: { ip: '127.0.0.1' } },
      },
    },
    null,
    2,
  )}\n`
}
