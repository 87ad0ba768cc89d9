// What stops a run before it starts: the file is wrong, or asks for something that is not covered.

export interface Problem {
  /** `owner/name/path` or a path. */
  readonly file: string
  /** 1-based; 0 when the problem belongs to the whole file. */
  readonly line: number
  readonly message: string
}

/** Carries every problem found, one a line in its message, each with file and line. */
export class WorkflowRefused extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.file}:${p.line}: ${p.message}`).join('\n'))
    this.name = 'WorkflowRefused'
    this.problems = problems
  }
}
