import * as v from 'valibot'

export const fields = v.pipe(v.string(), v.description('Fields to include or exclude, separated by commas'))
export const includeFields = v.pipe(v.boolean(), v.description('Whether the fields are included or excluded'))
export const includeTotals = v.pipe(v.boolean(), v.description('Whether to answer with totals'))
export const page = v.pipe(v.number(), v.integer(), v.minValue(0), v.description('Page to answer, from 0'))
export const perPage = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(100),
  v.description('Length of a page'),
)
export const from = v.pipe(v.string(), v.description('Where the last page ended'))
export const take = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100), v.description('Length of a page'))
export const organizationPage = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(1000),
  v.description('Page to answer, from 0'),
)
export const organizationPerPage = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(100),
  v.description('Length of a page'),
)
