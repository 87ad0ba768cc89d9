import { errorsOf } from '@sluice/rollout'

export const errors = {
  ACTION_BAD_INPUT: {
    fault: 'user',
    meaning: 'One or more inputs of a step cannot be used; nothing was changed.',
    hint: 'Correct the inputs or files named above.',
  },
  ACTION_BAD_DOCUMENT: {
    fault: 'user',
    meaning: 'A document that was handed on (target, plan, evidence, lock) cannot be used.',
    hint: 'Take it unchanged from the output or artifact of the step that wrote it.',
  },
  ACTION_NO_DOCUMENT: {
    fault: 'user',
    meaning: 'A document was expected from an earlier step or job, and nothing came.',
    hint: 'The runner drops a job output that is empty or that holds a masked value: look for a warning "Skip output" in the job that sets it, and for a secret that occurs in the value.',
  },
  ACTION_DIGEST_MISMATCH: {
    fault: 'user',
    meaning: 'A document is not the one that was announced.',
    hint: 'Download the artifact that the same job named in its outputs; after a re-run of one job, choose "Re-run all jobs".',
  },
  ACTION_FILE_UNREADABLE: {
    fault: 'user',
    meaning: 'A file cannot be read.',
    hint: 'Check the path: it is relative to the workspace, and the job needs a checkout first.',
  },
  ACTION_FILE_UNWRITABLE: {
    fault: 'user',
    meaning: 'A file cannot be written.',
    hint: 'Check that the runner has space and may write there.',
  },
  ACTION_NO_OIDC: {
    fault: 'user',
    meaning: 'The job cannot get an identity token from GitHub.',
    hint: 'Give the job `permissions: id-token: write` (and pass it on in every calling workflow).',
  },
  ACTION_NO_TOKEN: {
    fault: 'user',
    meaning: 'A call to GitHub needs a token, and none was given.',
    hint: 'Give the input `token`; its default is the token of the job.',
  },
  ACTION_PROXY: {
    fault: 'user',
    meaning: 'The proxy that the runner or a kubeconfig names cannot be used.',
    hint: 'Give an HTTP proxy in HTTPS_PROXY (or `proxy-url`), or name the server in NO_PROXY.',
  },
  ACTION_CANCELLED: {
    fault: 'user',
    meaning: 'The step was cancelled, or ran out of its time.',
    hint: 'Run the job again: the step goes on from what is on the target now.',
  },
  ACTION_BUG: {
    fault: 'bug',
    meaning: 'Something happened that the program did not expect.',
    hint: 'Please report it, with the log of a run with debug logging enabled.',
  },
} as const

export const actionError = errorsOf(errors)
