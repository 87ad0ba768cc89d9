// How the gateway that we build differs from the published one (pure). Left out: clients of clouds, which no
// test asks and which take most of the build's time and memory. Added: the filter RequestMirror of HTTPRoutes,
// which Traefik 3.6 refuses (it answers 500) although it can mirror: it becomes Traefik's own mirroring
// service. All else, from watching the API server to the proxy, is as published.
import { createHash } from 'node:crypto'
import { TRAEFIK } from './versions.ts'

export const TRAEFIK_MODULE = 'github.com/traefik/traefik/v3'
export const LEGO_MODULE = 'github.com/go-acme/lego/v4'

export type Change = { readonly module: string } & (
  | {
      /** The folder's own Go files give way to one; its subfolders stay. */
      readonly kind: 'instead'
      readonly folder: string
      readonly file: string
      readonly text: string
    }
  | { readonly kind: 'add'; readonly file: string; readonly text: string }
  | {
      /** One line, which the file has once. */
      readonly kind: 'line'
      readonly file: string
      readonly line: string
      readonly text: string
    }
)

/** Each replacement refuses what it stands for: nothing pretends to work. */
const TRIMS: readonly Change[] = [
  {
    kind: 'instead',
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
    kind: 'instead',
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

const GATEWAY_PROVIDER = 'pkg/provider/kubernetes/gateway'

const MIRROR: readonly Change[] = [
  {
    kind: 'line',
    module: TRAEFIK_MODULE,
    file: `${GATEWAY_PROVIDER}/httproute.go`,
    line: '		case gatev1.HTTPRouteFilterURLRewrite:',
    text: `		case gatev1.HTTPRouteFilterRequestMirror:
			continue
		case gatev1.HTTPRouteFilterURLRewrite:`,
  },
  {
    kind: 'line',
    module: TRAEFIK_MODULE,
    file: `${GATEWAY_PROVIDER}/httproute.go`,
    line: '				router.Service, serviceCondition = p.loadWRRService(ctx, listener, conf, routerName, routeRule, route)',
    text: `				router.Service, serviceCondition = p.loadWRRService(ctx, listener, conf, routerName, routeRule, route)
				if mirrorCondition := p.mirror(ctx, listener, conf, &router, routeRule, route); mirrorCondition != nil {
					serviceCondition = mirrorCondition
				}`,
  },
  {
    kind: 'line',
    module: TRAEFIK_MODULE,
    file: `${GATEWAY_PROVIDER}/features.go`,
    line: '		features.HTTPRouteDestinationPortMatchingFeature,',
    text: `		features.HTTPRouteDestinationPortMatchingFeature,
		features.HTTPRouteRequestMirrorFeature,
		features.HTTPRouteRequestPercentageMirrorFeature,`,
  },
  {
    kind: 'add',
    module: TRAEFIK_MODULE,
    file: `${GATEWAY_PROVIDER}/mirror.go`,
    text: `package gateway

import (
	"context"

	"${TRAEFIK_MODULE}/pkg/config/dynamic"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatev1 "sigs.k8s.io/gateway-api/apis/v1"
)

// mirror puts a mirroring service in front of the router's own one, if the rule asks for it.
func (p *Provider) mirror(ctx context.Context, listener gatewayListener, conf *dynamic.Configuration, router *dynamic.Router, rule gatev1.HTTPRouteRule, route *gatev1.HTTPRoute) *metav1.Condition {
	var condition *metav1.Condition
	mirroring := &dynamic.Mirroring{Service: router.Service}
	mirroring.SetDefaults()
	for _, filter := range rule.Filters {
		if filter.Type != gatev1.HTTPRouteFilterRequestMirror || filter.RequestMirror == nil {
			continue
		}
		backend := gatev1.HTTPBackendRef{}
		backend.BackendObjectReference = filter.RequestMirror.BackendRef
		name, failed := p.loadService(ctx, listener, conf, route, backend)
		if failed != nil {
			condition = failed
			continue
		}
		percent := 100
		if filter.RequestMirror.Percent != nil {
			percent = int(*filter.RequestMirror.Percent)
		}
		mirroring.Mirrors = append(mirroring.Mirrors, dynamic.MirrorService{Name: name, Percent: percent})
	}
	if len(mirroring.Mirrors) > 0 {
		router.Service += "-mirror"
		conf.HTTP.Services[router.Service] = &dynamic.Service{Mirroring: mirroring}
	}
	return condition
}
`,
  },
]

export const CHANGES: readonly Change[] = [...TRIMS, ...MIRROR]

/** `text` with its one such line changed; null when it has none, or more than one. */
export function changeLine(text: string, change: Extract<Change, { kind: 'line' }>): string | null {
  const parts = text.split(`${change.line}\n`)
  return parts.length === 2 ? parts.join(`${change.text}\n`) : null
}

/** Folders of the modules' roots that hold no code of the gateway. */
export const LEFT_OUT = ['contrib', 'docs', 'e2e', 'integration', 'script']

/** Of what is built, so that another change has another place in the cache. */
export function gatewayKey(platform: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([CHANGES, LEFT_OUT]))
    .digest('hex')
  return `traefik-${TRAEFIK}-${digest.slice(0, 12)}-${platform}`
}
