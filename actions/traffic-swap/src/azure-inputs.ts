// Names only: the package that reads them is loaded when the platform is known.
export const AZURE_SETTING_INPUTS = [
  'azure-client-id',
  'azure-tenant-id',
  'azure-resource-manager',
  'azure-authority',
] as const
export const AZURE_PLACE_INPUTS = ['azure-subscription-id', 'resource-group', 'workspace'] as const
