// The policy file: YAML text to a typed policy, with every problem on its line.
import { parseYaml, validate } from '@sluice/documents'
import { parsePolicy, type Policy } from '@sluice/evidence'
import { bad, type Result } from '@sluice/rollout'
