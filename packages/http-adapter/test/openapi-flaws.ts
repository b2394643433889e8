import { type JsonSchema, type OpenApiDocument, openApiMethods } from '../src/index'

const schemaTypes = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']

/**
 * What breaks a rule of OpenAPI 3.1, or the rules a document keeps beyond it: every component is used, every tag
 * declared.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function flawsOf(document: OpenApiDocument): readonly string[] {
  const flaws: string[] = []
  const ids = new Set<string>()
  const usedTags = new Set<string>()
  const usedRefs = new Set<string>()
  const { schemas, securitySchemes } = document.components
  const check = (holds: boolean, flaw: string) => {
    if (!holds) flaws.push(flaw)
  }

  const checkSchema = (schema: JsonSchema, where: string): void => {
    const { $ref, type, properties = {}, required = [], pattern } = schema
    if ($ref !== undefined && !usedRefs.has($ref)) {
      usedRefs.add($ref)
      const name = $ref.replace('#/components/schemas/', '')
      check(Object.hasOwn(schemas, name), `${where}: ${$ref} leads nowhere`)
      checkSchema(schemas[name] ?? {}, name)
    }
    if (type !== undefined) {
      for (const one of [type].flat()) check(schemaTypes.includes(one), `${where}: unknown type ${one}`)
    }
    check(new Set(required).size === required.length, `${where}: a member is required twice`)
    const known = Object.keys(properties)
    if (known.length > 0) {
      check(
        required.every((name) => known.includes(name)),
        `${where}: an unknown member is required`,
      )
      for (const { required: names = [] } of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
        check(
          names.every((name) => known.includes(name)),
          `${where}: an unknown member is an alternative`,
        )
      }
    }
    if (pattern !== undefined) new RegExp(pattern, 'u')
    for (const [name, member] of Object.entries(properties)) checkSchema(member, `${where}.${name}`)
    if (schema.items !== undefined) checkSchema(schema.items, `${where}[]`)
    if (schema.additionalProperties) checkSchema(schema.additionalProperties, `${where}.*`)
    for (const inner of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
      checkSchema(inner, where)
    }
  }

  check(/^3\.1\.\d+$/.test(document.openapi), 'not OpenAPI 3.1')
  check(document.info.title !== '' && document.info.version !== '', 'no title or version')
  for (const [path, item] of Object.entries(document.paths)) {
    check(path.startsWith('/'), `${path} does not begin with a slash`)
    const methods: readonly string[] = openApiMethods
    for (const method of Object.keys(item)) check(methods.includes(method), `${path}: unknown method ${method}`)
    for (const method of openApiMethods) {
      const operation = item[method]
      if (operation === undefined) continue
      const where = `${method} ${path}`

      check(!ids.has(operation.operationId), `${where}: operation id twice`)
      ids.add(operation.operationId)
      for (const tag of operation.tags) usedTags.add(tag)

      const variables = Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name]) => name)
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path')
      check(
        JSON.stringify(inPath.map(({ name }) => name)) === JSON.stringify(variables),
        `${where}: the parameters are not the variables of the path`,
      )
      check(
        inPath.every(({ required }) => required),
        `${where}: a variable of the path is optional`,
      )
      const names = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
      check(new Set(names).size === names.length, `${where}: a parameter twice`)
      for (const { name, schema } of operation.parameters) checkSchema(schema, `${where} ${name}`)

      if (operation.requestBody !== undefined) {
        const bodies = Object.values(operation.requestBody.content)
        check(bodies.length > 0, `${where}: a body of no kind`)
        for (const { schema } of bodies) checkSchema(schema, `${where} body`)
      }
      const statuses = Object.keys(operation.responses)
      check(
        statuses.some((status) => /^2\d\d$/.test(status)),
        `${where}: no success`,
      )
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        check(/^([1-5]\d\d|default)$/.test(status), `${where}: unknown status ${status}`)
        check(description !== '', `${where} ${status}: no description`)
        if (content !== undefined) checkSchema(content['application/json'].schema, `${where} ${status}`)
      }
      for (const requirement of operation.security) {
        for (const name of Object.keys(requirement)) {
          check(Object.hasOwn(securitySchemes, name), `${where}: unknown security scheme ${name}`)
        }
      }
    }
  }
  const declared = document.tags.map(({ name }) => name)
  check(JSON.stringify(declared.toSorted()) === JSON.stringify([...usedTags].sort()), 'tags are not the declared ones')
  for (const name of Object.keys(schemas)) {
    check(/^[\w.-]+$/.test(name), `${name} is no name of a component`)
    check(usedRefs.has(`#/components/schemas/${name}`), `${name} is not used`)
  }
  return flaws
}
