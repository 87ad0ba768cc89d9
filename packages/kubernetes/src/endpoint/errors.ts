// Codes of endpoints; part of the package's closed table. Fault `user`: nothing was written.
export const endpointErrors = {
  KUBERNETES_ENDPOINT_INVALID: {
    fault: 'user',
    meaning: 'The target or the inputs name no endpoint that can be on a cluster.',
    hint: 'Use the output `target` of endpoint-deploy as it is, or correct the named inputs.',
  },
  KUBERNETES_OTHER_CLUSTER: {
    fault: 'user',
    meaning: 'The target was made on another cluster than the one that the kubeconfig leads to.',
    hint: 'Set the context of the cluster that endpoint-deploy wrote to, or deploy to this one.',
  },
  KUBERNETES_ENDPOINT_ABSENT: {
    fault: 'user',
    meaning: 'The object that decides where requests go is not there.',
    hint: 'Check namespace, back-end and traffic-object, or let endpoint-deploy create the endpoint.',
  },
  KUBERNETES_TRAFFIC_OBJECT_INVALID: {
    fault: 'user',
    meaning: 'The object that decides where requests go does not have a form that can be followed.',
    hint: 'Change it as the message says; the page docs/strategies.md shows each form.',
  },
  KUBERNETES_SLOT_UNCLEAR: {
    fault: 'user',
    meaning: 'More than one Deployment can be meant by a slot.',
    hint: 'Give each slot of the endpoint one Deployment, and other labels to what is not a slot.',
  },
  KUBERNETES_TRAFFIC_NOT_POSSIBLE: {
    fault: 'user',
    meaning: 'The object that decides where requests go cannot express the wanted traffic.',
    hint: 'Choose steps that this back end has, or another back end; docs/strategies.md compares them.',
  },
  KUBERNETES_SLOT_NOT_READY: {
    fault: 'user',
    meaning: 'A slot that shall get more traffic is not proven to be able to serve it.',
    hint: 'Look at its pods and its Service, deploy the slot again, then run again.',
  },
  KUBERNETES_AUTOSCALED: {
    fault: 'user',
    meaning: 'Replicas give the weights, and an autoscaler sets the replicas of a slot.',
    hint: 'Remove the autoscaler of that slot, or use a back end with weights of its own.',
  },
  KUBERNETES_RIGHT_MISSING: {
    fault: 'user',
    meaning: 'The account may not do what a change of the endpoint needs.',
    hint: 'Grant the named verb; the least rights are in docs/kubernetes-role.yml.',
  },
  KUBERNETES_READ_REFUSED: {
    fault: 'platform',
    meaning: 'The API server refused a read that the endpoint needs.',
    hint: 'See the reason of the server; when it is busy, run again.',
  },
  KUBERNETES_WRITE_REFUSED: {
    fault: 'user',
    meaning: 'The API server, or an admission webhook, refused the change; it was not made.',
    hint: 'Correct what the server names, then run again.',
  },
  KUBERNETES_WRITE_UNSETTLED: {
    fault: 'platform',
    meaning: 'A write got no answer, and reading does not show that it was made.',
    hint: 'Look at the endpoint, then run again: it goes on from what is there.',
  },
  KUBERNETES_NOT_ACKNOWLEDGED: {
    fault: 'platform',
    meaning: 'The traffic was written, but nothing has shown in time that it is in force.',
    hint: 'Look at the controller behind the object; `mode: abort` gives the traffic back.',
  },
  KUBERNETES_TRAFFIC_REFUSED: {
    fault: 'platform',
    meaning: 'The traffic was written, and what routes the requests does not take it.',
    hint: 'See the conditions of the object; `mode: abort` gives the traffic back.',
  },
  KUBERNETES_NOT_SCALED: {
    fault: 'platform',
    meaning: 'A slot did not get the number of ready pods that the weights need.',
    hint: 'Look at the pods of that slot; `mode: abort` gives the traffic back.',
  },
  KUBERNETES_LOCK_ENTRY_MISSING: {
    fault: 'user',
    meaning: 'The revision lock says nothing of this endpoint.',
    hint: 'Merge the promotion pull request of staging first; it writes the lock.',
  },
  KUBERNETES_NOT_VISIBLE: {
    fault: 'platform',
    meaning: 'A slot was deployed, and a later look does not show it healthy with its mark.',
    hint: 'Look at the pods of the slot and at who else writes its Deployment, then run again.',
  },
  KUBERNETES_LOCK_DIFFERS: {
    fault: 'user',
    meaning: 'The manifests do not describe the revision that the lock names.',
    hint: 'Deploy from the commit that the promotion merged, or promote what is here through staging.',
  },
  KUBERNETES_SLOT_HAS_TRAFFIC: {
    fault: 'user',
    meaning: 'A slot that was to be changed or retired gets requests; it was left alone.',
    hint: 'Move its traffic away with traffic-swap first, then run again.',
  },
  KUBERNETES_DEPLOY_REFUSED: {
    fault: 'user',
    meaning: 'The API server, or an admission webhook, refused an object of the slot.',
    hint: 'Mend what the server names, then run again; live traffic was not touched.',
  },
  KUBERNETES_DEPLOY_FAILED: {
    fault: 'user',
    meaning: 'The pods of the slot cannot become ready.',
    hint: 'See the evidence, mend the image or the manifests, then run again; no request gets there.',
  },
  KUBERNETES_DEPLOY_TIMEOUT: {
    fault: 'platform',
    meaning: 'The pods of the slot were not ready in time.',
    hint: 'Run again: it goes on from what is there. A larger `wait-timeout-seconds` helps slow starts.',
  },
  KUBERNETES_RETIRE_FAILED: {
    fault: 'platform',
    meaning: 'A slot could not be scaled to zero or deleted.',
    hint: 'See the reason of the server, then run again: what is gone is not asked for twice.',
  },
} as const
