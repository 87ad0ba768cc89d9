// What the gateway is built without (pure): clients of clouds, which no test asks and which take most of
// the build's time and memory. The gateway's own code, from watching the API server to the proxy, is whole.
import { createHash } from 'node:crypto'
import { TRAEFIK } from './versions.ts'

export const TRAEFIK_MODULE = 'github.com/traefik/traefik/v3'
export const LEGO_MODULE = 'github.com/go-acme/lego/v4'

export interface Trim {
  readonly module: string
  /** Inside the module; its other Go files are left out, its subfolders stay. */
  readonly folder: string
  readonly file: string
  readonly text: string
}

/** Each replacement refuses what it stands for: nothing pretends to work. */
export const TRIMS: readonly Trim[] = [
  {
    module: LEGO_MODULE,
    folder: 'providers/dns',
    file: 'refuse.go',
    text: `package dns

import (
	"fmt"

	"${LEGO_MODULE}/challenge"
)

func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("built without DNS providers: %q", name)
}
`,
  },
  {
    module: TRAEFIK_MODULE,
    folder: 'pkg/provider/ecs',
    file: 'refuse.go',
    text: `package ecs

import (
	"errors"

	"${TRAEFIK_MODULE}/pkg/config/dynamic"
	"${TRAEFIK_MODULE}/pkg/safe"
)

type Provider struct{}

func (p *Provider) SetDefaults() {}

func (p *Provider) Init() error { return errors.New("built without the ECS provider") }

func (p *Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return p.Init() }
`,
  },
]

/** Folders of the modules' roots that hold no code of the gateway. */
export const LEFT_OUT = ['contrib', 'docs', 'e2e', 'integration', 'script']

/** Of what is built, so that a changed trim has another place in the cache. */
export function gatewayKey(platform: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([TRIMS, LEFT_OUT]))
    .digest('hex')
  return `traefik-${TRAEFIK}-${digest.slice(0, 12)}-${platform}`
}
