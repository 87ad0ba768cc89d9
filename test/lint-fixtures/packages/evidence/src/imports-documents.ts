import { canonical } from '@sluice/documents'

export const text = canonical
