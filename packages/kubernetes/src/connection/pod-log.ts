// The end of a container's log.
import { given, refused } from './answers.ts'
import type { Answer, LogQuery, Resource } from './api-server.ts'
import { objectPath, segmentFault, withQuery } from './paths.ts'
import { parseRefusal } from './refusal.ts'
import type { Session } from './session.ts'

const MOST_BYTES = 16 * 1024
/** The server cuts at the end, where the news is: ask for more, and cut at the front here. */
const ASKED_BYTES = 16 * MOST_BYTES

const DEADLINE_SECONDS = 10

const PODS: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  verbs: ['get'],
  subresources: ['log'],
}

export async function readPodLog(session: Session, query: LogQuery): Promise<Answer<string>> {
  const { namespace, pod, container, previous, lines } = query
  const request = { request: `GET log of Pod ${namespace}/${pod}`, secret: false }
  const fault = segmentFault(namespace) ?? segmentFault(pod)
  if (fault !== null) {
    const message = `the name ${fault}`
    return refused({ status: 400, reason: 'BadRequest', message, causes: [], ...request })
  }
  const path = withQuery(objectPath(PODS, { namespace, name: pod }, 'log'), {
    container,
    previous: previous ? true : undefined,
    tailLines: lines,
    limitBytes: ASKED_BYTES,
  })
  // A log is plain text, but an error is a Status. A node that does not answer is not asked again:
  // a verdict waits for this.
  const answer = await session.send({
    method: 'GET',
    path,
    headers: { accept: '*/*' },
    retry: 'never',
    deadlineSeconds: DEADLINE_SECONDS,
  })
  return answer.status === 200 ? given(endOf(answer.text)) : refused(parseRefusal(answer, request))
}

/** At most 16 KiB of UTF-8, whole lines where the cut allows it. */
export function endOf(text: string): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= MOST_BYTES) return text
  const end = new TextDecoder().decode(bytes.subarray(bytes.length - MOST_BYTES))
  const line = end.indexOf('\n')
  return line === -1 || line === end.length - 1 ? end.replace(/^\uFFFD+/, '') : end.slice(line + 1)
}
