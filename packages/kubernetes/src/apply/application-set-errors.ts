// Codes of application sets; part of the package's closed table.
export const applicationSetErrors = {
  KUBERNETES_SET_INVALID: {
    fault: 'user',
    meaning:
      'These manifests cannot be this application: its name, no object at all, or objects that belong to another one.',
    hint: 'Mend what is named, then run again; nothing was written.',
  },
  KUBERNETES_SET_FOREIGN: {
    fault: 'user',
    meaning:
      'The ConfigMap named by `application` is no record of ours: another tool keeps it, or it is a plain ConfigMap.',
    hint: 'Choose another `application`, or remove that ConfigMap when nothing uses it.',
  },
  KUBERNETES_SET_DAMAGED: {
    fault: 'user',
    meaning:
      'The record of the application was edited by hand, so nobody can say what belongs to it.',
    hint: 'Mend what is named, or delete the ConfigMap: the next run makes it anew; objects that left the folder before that stay.',
  },
  KUBERNETES_SET_NOT_WRITTEN: {
    fault: 'platform',
    meaning: 'The record of the application could not be read or written.',
    hint: 'Allow get, create and patch on configmaps in the namespace, and run one deployment of an application at a time.',
  },
} as const
