// Which revision an undo goes back to, and how a history is shown.
import { describe, expect, test } from '@jest/globals'
import {
  planUndo,
  renderHistory,
  renderSelector,
  UNDONE,
  type KubeObject,
  type Revision,
} from '@sluice/kubernetes'

const template = (image: string) => ({ spec: { containers: [{ name: 'web', image }] } })

const revision = (number: number, more: Partial<Revision> = {}): Revision => ({
  number,
  name: `web-${number}`,
  template: template(`web:${number}`),
  changeCause: '',
  images: [`web:${number}`],
  created: '2026-11-21T10:00:00Z',
  current: false,
  ...more,
})

const deployment = (image: string, more: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { template: template(image) },
  ...more,
})

describe('planUndo', () => {
  const three = [revision(1), revision(2), revision(3, { current: true })]

  test.each([
    ['the one before the current one', deployment('web:3'), three, null, 'web-2', 'web-2 web-3'],
    ['the one that is named', deployment('web:3'), three, 1, 'web-1', 'web-1 web-3'],
    [
      'the newest, while the controller has not recorded what is in use',
      deployment('web:4'),
      three.map((one) => ({ ...one, current: false })),
      null,
      'web-3',
      'web-3',
    ],
    [
      'again, when something else was rolled out since the last undo',
      deployment('web:3', { metadata: { name: 'web', annotations: { [UNDONE]: 'web-2 web-9' } } }),
      three,
      null,
      'web-2',
      'web-2 web-3',
    ],
  ])('%s', (_, object, revisions, wanted, name, mark) => {
    expect(planUndo(object, revisions, wanted)).toMatchObject({
      kind: 'restore',
      to: { name },
      mark,
    })
  })

  test.each([
    [
      'a second one does not go forward again',
      deployment('web:3', { metadata: { name: 'web', annotations: { [UNDONE]: 'web-3 web-2' } } }),
      three,
      null,
      { kind: 'unchanged', reason: 'Undone' },
    ],
    [
      'the first revision',
      deployment('web:1'),
      [revision(1, { current: true })],
      null,
      { kind: 'unchanged', reason: 'NoHistory' },
    ],
    ['nothing recorded', deployment('web:1'), [], null, { kind: 'unchanged', reason: 'NoHistory' }],
    [
      'the same template',
      deployment('web:3'),
      three,
      3,
      { kind: 'unchanged', reason: 'SameTemplate' },
    ],
    [
      'a revision that is not there',
      deployment('web:3'),
      three,
      7,
      { kind: 'refused', reason: 'NoRevision', message: 'it has no revision 7; there are 1, 2, 3' },
    ],
    [
      'no revision at all',
      deployment('web:3'),
      [],
      7,
      {
        kind: 'refused',
        reason: 'NoRevision',
        message: 'it has no revision 7, and no other one is recorded',
      },
    ],
    [
      'paused',
      deployment('web:3', { spec: { paused: true } }),
      three,
      null,
      {
        kind: 'refused',
        reason: 'Paused',
        message: 'it is paused, so its pods would not be replaced; use mode resume first',
      },
    ],
    [
      'a Rollout whose template is elsewhere',
      deployment('web:3', { spec: { workloadRef: { kind: 'Deployment', name: 'web' } } }),
      three,
      null,
      {
        kind: 'refused',
        reason: 'WorkloadRef',
        message: 'its template is in another object; undo that one',
      },
    ],
  ])('%s', (_, object, revisions, wanted, ending) => {
    expect(planUndo(object, revisions, wanted)).toMatchObject(ending)
  })
})

test('renderHistory: one table per workload, and why there is none', () => {
  const id = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
  const revisions = [
    {
      ...revision(9, { changeCause: '::error::kubectl set image --token abc\n::x' }),
      template: {},
    },
    { ...revision(10, { current: true, images: ['a:1', 'b:2'] }), template: {} },
  ]
  expect(
    renderHistory([
      { id, revisions, problem: '' },
      { id: { ...id, name: 'new' }, revisions: [], problem: '' },
      { id: { ...id, name: 'hidden' }, revisions: [], problem: 'Forbidden: no' },
    ]),
  ).toEqual([
    'Deployment shop/web',
    '  REVISION      CREATED               IMAGES   CHANGE-CAUSE',
    '  9             2026-11-21T10:00:00Z  web:9    : :error::kubectl set image --token *** ::x',
    '  10 (current)  2026-11-21T10:00:00Z  a:1 b:2  -',
    'Deployment shop/new',
    '  no revision is recorded',
    'Deployment shop/hidden',
    '  Forbidden: no',
  ])
})

test.each([
  [{ matchLabels: { app: 'web', tier: 'a' } }, 'app=web,tier=a'],
  [
    {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'env', operator: 'In', values: ['x', 'y'] },
        { key: 'old', operator: 'NotIn', values: ['z'] },
        { key: 'here', operator: 'Exists' },
        { key: 'gone', operator: 'DoesNotExist' },
      ],
    },
    'app=web,env in (x,y),old notin (z),here,!gone',
  ],
  [undefined, ''],
])('renderSelector %#', (selector, text) => {
  expect(renderSelector(selector)).toBe(text)
})
