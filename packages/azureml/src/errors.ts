// The closed table of this package's codes; `docs/errors.md` is generated from it.
import { errorsOf } from '@sluice/rollout'

export const errors = {
  AZUREML_TARGET_INVALID: {
    fault: 'user',
    meaning: 'A target does not say where the Azure ML endpoint is, or names it badly.',
    hint: 'Use the output `target` of endpoint-deploy, or give subscription, resource group and workspace.',
  },
  AZUREML_FILE_INVALID: {
    fault: 'user',
    meaning: 'endpoint.yml, deployment.yml or a file that they name cannot be used as it is.',
    hint: 'Mend the lines that are named, then run again; nothing was written.',
  },
  AZUREML_SIGN_IN_FAILED: {
    fault: 'user',
    meaning: 'Microsoft Entra or the Azure CLI gave no token.',
    hint: 'Check the client and tenant ids and the federated credential of this environment, or run azure/login first.',
  },
  AZUREML_FORBIDDEN: {
    fault: 'user',
    meaning: 'Azure knows who asks and does not allow it.',
    hint: 'Give this identity the actions listed for its environment in the README, Connect Azure; new roles can take minutes to work.',
  },
  AZUREML_PLACE_NOT_FOUND: {
    fault: 'user',
    meaning:
      'The subscription, resource group or workspace is not there, or this identity cannot see it.',
    hint: 'Check `azure-subscription-id`, `resource-group` and `workspace`.',
  },
  AZUREML_NOT_FOUND: {
    fault: 'user',
    meaning: 'Something that a request needs is not there.',
    hint: 'Check the name and the version, and that it is in this workspace.',
  },
  AZUREML_ENDPOINT_ABSENT: {
    fault: 'user',
    meaning: 'The endpoint does not exist, and nothing allows to create it.',
    hint: 'Create the endpoint first, or set `create-endpoint: true`.',
  },
  AZUREML_MODEL_NOT_FOUND: {
    fault: 'user',
    meaning: 'The model has no version, or not the one that was named.',
    hint: 'Name an existing version in `model-version`, or register the model in this workspace.',
  },
  AZUREML_LOCK_DIFFERS: {
    fault: 'user',
    meaning: 'What the files describe is not what the revision lock says; nothing was written.',
    hint: 'Deploy the commit that was tested, or promote again so that the lock names this revision.',
  },
  AZUREML_LOCK_ENTRY_MISSING: {
    fault: 'user',
    meaning:
      'The revision lock has no entry for this endpoint, or one that names no model or no place that can be read.',
    hint: 'Promote this endpoint with open-promotion-pr: it writes the entry.',
  },
  AZUREML_MODEL_ELSEWHERE: {
    fault: 'user',
    meaning:
      'The lock names a model version that was tested in another workspace, where the same name can mean another model; nothing was written.',
    hint: 'Share the tested version to a registry, name that id as `model`, and let staging test and promote it.',
  },
  AZUREML_SLOT_HAS_TRAFFIC: {
    fault: 'user',
    meaning: 'The slot serves live or mirrored requests, so it is not written or deleted.',
    hint: 'Move its traffic away first, or name the idle slot.',
  },
  AZUREML_CHANGED_MEANWHILE: {
    fault: 'user',
    meaning: 'After our write somebody else changed traffic or marks.',
    hint: 'Look at the traffic. Run again to go on from what is there now.',
  },
  AZUREML_NOT_VISIBLE: {
    fault: 'platform',
    meaning: 'A write was accepted, but reads did not show it in time.',
    hint: 'Run again: it looks first, and goes on from what it finds.',
  },
  AZUREML_BUSY: {
    fault: 'platform',
    meaning: 'Azure kept refusing a write because the endpoint was at work.',
    hint: 'Wait until the endpoint is Succeeded in the portal, then run again.',
  },
  AZUREML_CONFLICT: {
    fault: 'user',
    meaning:
      'What is there already stands against the request (for an endpoint: its name is taken in this region).',
    hint: 'Read the message of Azure. Endpoint names are taken once per region: choose another one.',
  },
  AZUREML_STILL_RUNNING: {
    fault: 'platform',
    meaning: 'Azure has not finished in the time allowed; it goes on without us.',
    hint: 'Run the step again: it finds the slot and waits on. Raise `wait-timeout-seconds` if this is usual.',
  },
  AZUREML_OUT_OF_QUOTA: {
    fault: 'user',
    meaning: 'The subscription or the region has too little of what the slot needs.',
    hint: 'Ask for quota of this instance type (Azure keeps 20 % in reserve for upgrades; two slots need twice the cores), or take a smaller type.',
  },
  AZUREML_IMAGE_BUILD_FAILURE: {
    fault: 'user',
    meaning: 'Azure could not build the container image of the environment.',
    hint: 'Read the build log of this environment in the workspace; mend conda file or base image.',
  },
  AZUREML_BAD_ARGUMENT: {
    fault: 'user',
    meaning:
      'Azure read the request and refused a value in it, or its start-up container could not fetch model or code.',
    hint: 'Check model, environment, scoring script and the rights of the endpoint identity (AcrPull, Storage Blob Data Reader).',
  },
  AZUREML_RESOURCE_NOT_READY: {
    fault: 'user',
    meaning:
      'The container started and never became ready: init() of the scoring script failed, or a probe did.',
    hint: 'Read the container logs of the slot; try the scoring script with the same environment on your machine.',
  },
  AZUREML_RESOURCE_NOT_FOUND: {
    fault: 'user',
    meaning: 'Azure missed something that the slot needs: model, environment, registry, storage.',
    hint: 'Check that model and environment versions exist and that the endpoint identity may read them.',
  },
  AZUREML_NETWORK_NOT_READY: {
    fault: 'user',
    meaning: 'The managed network of the workspace is not provisioned yet.',
    hint: 'Provision the managed network of the workspace once, then run again.',
  },
  AZUREML_SECRETS_INJECTION: {
    fault: 'user',
    meaning: 'A secret reference in an environment variable could not be resolved.',
    hint: 'Check the reference and the rights of the endpoint identity on the vault or connection.',
  },
  AZUREML_OPERATION_CANCELED: {
    fault: 'platform',
    meaning: 'Azure cancelled the operation: another one took its place or held the lock too long.',
    hint: 'Run again in a minute.',
  },
  AZUREML_OPERATION_FAILED: {
    fault: 'platform',
    meaning: 'Azure accepted a write and could not finish it.',
    hint: 'Run again once; if it stays, open a support request with the ids in the message.',
  },
  AZUREML_REFUSED: {
    fault: 'user',
    meaning: 'Azure refused a request.',
    hint: 'Read the message of Azure; it names the field.',
  },
  AZUREML_UNAVAILABLE: {
    fault: 'platform',
    meaning: 'Azure answered with an error of its own, and kept doing so.',
    hint: 'Run again later; the request id helps Azure support.',
  },
  AZUREML_ANSWER_STRANGE: {
    fault: 'platform',
    meaning: 'An answer of Azure has not the shape that the API description gives it.',
    hint: 'Check `azure-resource-manager`; behind a proxy, check what it answers.',
  },
  AZUREML_URL_NOT_TRUSTED: {
    fault: 'platform',
    meaning: 'Azure named an address on another host, and our token does not go there.',
    hint: 'Check `azure-resource-manager`: it must be the base address of this cloud.',
  },
} as const

export const azuremlError = errorsOf(errors)
export type AzureMlCode = keyof typeof errors
