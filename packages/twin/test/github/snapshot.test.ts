// A restored twin: references, statuses, pull requests, runs and tokens are those of the snapshot.
import { expect, test } from '@jest/globals'
import { openPlace } from './place.ts'

test('restore brings back every reference and every answer', async () => {
  const place = await openPlace({ environments: { gate: { reviewers: ['maintainer'] } } })
  const head = await place.person.push({ branch: 'integration', message: 'I', files: { i: 'i' } })
  await place.person.openPull({ head: 'integration', base: 'main', title: 'P' })
  const run = place.service.startRun({
    workflow: 'w',
    event: 'push',
    ref: 'refs/heads/main',
    sha: head,
    actor: 'maintainer',
  })
  place.service.requestEnvironment(run.id, 'gate')
  const look = async () => [
    place.git('for-each-ref'),
    (await place.ask('GET pulls?state=all')).body,
    (await place.ask('GET commits/integration/statuses')).body,
    (await place.ask(`GET actions/runs/${run.id}`)).body,
    place.service.reviewOf(run.id, 'gate'),
  ]
  const before = await look()
  const snapshot = await place.twin.snapshot()

  const late = place.token({ contents: 'read' })
  const merged = await place.person.merge(1)
  await place.person.postStatus(head, { context: 'c', state: 'success' })
  await place.person.review(run.id, { state: 'approved', comment: 'x' })
  await place.ask('POST git/refs', { ref: 'refs/heads/a', sha: head })
  await place.ask('DELETE git/refs/heads/integration')
  await place.ask('POST git/refs', { ref: 'refs/heads/integration/below', sha: head })
  expect(await look().catch(() => 'another world')).not.toEqual(before)

  await place.twin.restore(snapshot)
  expect(await look()).toEqual(before)
  expect((await place.ask('GET ', undefined, { token: late })).status).toBe(401)
  // The same steps again give the same commits: nothing of the dropped future leaks in.
  expect(await place.person.merge(1)).toBe(merged)
  expect(place.git('fsck', '--full', '--strict', '--no-dangling')).toBe('')
  await place.close()
})
