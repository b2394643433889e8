import { expect, it } from 'vitest'
import { csvLine } from './csv-line'

it('quotes what holds commas, quotes and line breaks', () => {
  expect(csvLine(['a', 'b,c', 'say "x"', 'two\r\nlines', ''], true)).toBe('a,"b,c","say ""x""","two\r\nlines",\r\n')
})

it('has JSON for what is no text, and nothing for what is not there', () => {
  expect(csvLine([undefined, null, true, 1.5, { a: ['b'] }], true)).toBe(',,true,1.5,"{""a"":[""b""]}"\r\n')
})

it('lets no spreadsheet run what users wrote', () => {
  const cells = ['=1+1', '+SUM(A1)', '-2+3', '@x', '\t=1', '=a,"b"', '+12025550123', '-1.5', 'a=b']

  expect(csvLine(cells, true)).toBe(`'=1+1,'+SUM(A1),'-2+3,'@x,'\t=1,"'=a,""b""",+12025550123,-1.5,a=b\r\n`)
  expect(csvLine(['=1+1'], false)).toBe('=1+1\r\n')
})
