import * as v from 'valibot'
import { organizationNameFormat, strictUriFormat } from './formats'

const shortText = v.pipe(v.string(), v.maxLength(255))

export const organizationName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(50),
  organizationNameFormat,
  v.description('Name of the organization in addresses'),
)
export const organizationDisplayName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(255),
  v.description('Name of the organization for people'),
)
export const organizationMetadata = v.pipe(
  v.record(shortText, v.nullable(shortText)),
  v.maxEntries(25),
  v.description('Data about the organization, up to 25 pairs'),
)
export const organizationBranding = v.strictObject({
  logo_url: v.optional(v.pipe(v.string(), strictUriFormat)),
  colors: v.optional(v.strictObject({ primary: v.string(), page_background: v.string() })),
})
