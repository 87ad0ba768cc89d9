// What `kubectl logs` gets from the kubelet (pure).
import type { Fate } from './fate.ts'
import type { ContainerView } from './step.ts'

export interface LogQuestion {
  readonly previous: boolean
  readonly tailLines: number | null
  readonly limitBytes: number | null
}

export interface LogAnswer {
  readonly status: 200 | 400
  readonly text: string
}

export function readLogQuestion(query: URLSearchParams): LogQuestion {
  const number = (name: string): number | null => {
    const text = query.get(name)
    return text === null || text === '' ? null : Number(text)
  }
  return {
    previous: query.get('previous') === 'true',
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
  }
}

/** `pod`, `container`: names, for the refusal. `text`: what a test wants the log to say, or null. */
export function answerLogs(
  question: LogQuestion,
  about: {
    readonly pod: string
    readonly container: string
    readonly view: ContainerView
    readonly fate: Fate
    readonly text: string | null
  },
): LogAnswer {
  const { pod, container, view } = about
  if (question.previous && view.last === null)
    return refuse(`previous terminated container "${container}" in pod "${pod}" not found`)
  if (!question.previous && view.state.kind === 'waiting' && view.last === null)
    return refuse(
      `container "${container}" in pod "${pod}" is waiting to start: ${view.state.reason}`,
    )
  const lines = (about.text ?? defaultText(about.fate)).trimEnd().split('\n')
  const tail = lines.slice(Math.max(0, lines.length - (question.tailLines ?? lines.length)))
  const bytes = Buffer.from(tail.map((line) => `${line}\n`).join(''), 'utf8')
  const end = question.limitBytes ?? bytes.length
  return { status: 200, text: bytes.subarray(0, end).toString('utf8') }
}

const refuse = (text: string): LogAnswer => ({ status: 400, text })

const texts: Partial<Record<Fate['kind'], string>> = {
  crash: 'starting\nreading settings\nfatal: cannot open /models/current: no such file',
  flap: 'starting\nlistening on :8080\nfatal: the connection to the store was lost',
  oom: 'starting\nloading weights',
  'init-crash': 'migrating\nfatal: database is not reachable',
}

const defaultText = ({ kind }: Fate): string => texts[kind] ?? 'starting\nlistening on :8080'
