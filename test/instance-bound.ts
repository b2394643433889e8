import { loadModule, parseSync } from 'libpg-query'

/**
 * Whether statements name the instance: every row of a table that has instances is found by a column `instance_id` that is
 * compared with a parameter, directly or through another table of the same query that is, and inserted with a parameter
 * there. Statements are read by Postgres's own parser; what SQLite's add to its grammar is taken out first.
 */
export interface BoundStatement {
  /** Tables that the statement reads or writes, once for each time it names one. */
  readonly tables: readonly string[]
  /** One line for each table that is not bound. */
  readonly problems: readonly string[]
  /** Numbers of the parameters that instances are compared with. */
  readonly parameters: ReadonlySet<number>
}

type Node = { readonly [member: string]: unknown }

/** Tables of one `from`, by alias, and whether they are bound. */
interface Scope {
  readonly tables: Map<string, { readonly name: string; bound: boolean }>
  /** What their conditions say, they say of these tables only. */
  readonly outerJoins: { readonly aliases: ReadonlySet<string>; readonly conditions: readonly Node[] }[]
  readonly outer: Scope | undefined
}

export async function loadParser(): Promise<void> {
  await loadModule()
}

/**
 * @param isTable - Tables that have instances, by their names without schema.
 * @param options.plain - Refuses conditions that planners cannot choose a partition by, as `(instance_id = $1) is true`.
 * @throws what the parser throws.
 */
export function boundStatement(
  sql: string,
  isTable: (name: string) => boolean,
  options: { readonly plain?: boolean } = {},
): BoundStatement {
  const tables: string[] = []
  const problems: string[] = []
  const parameters = new Set<number>()
  const { stmts } = parseSync(inPostgres(sql)) as { readonly stmts: readonly { readonly stmt: Node }[] }
  for (const { stmt } of stmts) statement(stmt, new Set(), undefined)
  return { tables, problems, parameters }

  function statement(node: Node, ctes: ReadonlySet<string>, outer: Scope | undefined): void {
    const [kind, body] = only(node)
    if (kind === 'SelectStmt') select(body, ctes, outer)
    else if (kind === 'InsertStmt' || kind === 'UpdateStmt' || kind === 'DeleteStmt') change(kind, body, ctes, outer)
    else inside(body, ctes, outer)
  }

  function change(kind: string, body: Node, ctes: ReadonlySet<string>, outer: Scope | undefined): void {
    const known = withClause(body, ctes, outer)
    const { relname, alias } = body.relation as Node & { readonly alias?: { readonly aliasname: string } }
    const target = String(relname)
    if (kind === 'InsertStmt') {
      if (isTable(target)) {
        tables.push(target)
        insertion(target, body)
      }
      for (const member of [body.selectStmt, body.onConflictClause, body.returningClause]) inside(member, known, outer)
      return
    }
    const scope: Scope = { tables: new Map(), outerJoins: [], outer }
    if (isTable(target)) addTable(scope, target, alias?.aliasname ?? target)
    const conditions = from([...list(body.fromClause), ...list(body.usingClause)], scope, known)
    bind(scope, [...conditions, ...conjuncts(body.whereClause)])
    for (const member of [body.targetList, body.whereClause, body.returningClause]) inside(member, known, scope)
  }

  function select(body: Node, ctes: ReadonlySet<string>, outer: Scope | undefined): void {
    const known = withClause(body, ctes, outer)
    if (body.larg !== undefined) {
      select(body.larg as Node, known, outer)
      select(body.rarg as Node, known, outer)
      return
    }
    const scope: Scope = { tables: new Map(), outerJoins: [], outer }
    const conditions = from(list(body.fromClause), scope, known)
    bind(scope, [...conditions, ...conjuncts(body.whereClause)])
    // Subqueries come last: they may be bound by what is bound here.
    const { fromClause, withClause: _, ...rest } = body
    for (const item of list(fromClause)) fromItem(item, known, scope)
    inside(rest, known, scope)
  }

  function withClause(body: Node, ctes: ReadonlySet<string>, outer: Scope | undefined): ReadonlySet<string> {
    const known = new Set(ctes)
    for (const { CommonTableExpr } of list((body.withClause as Node | undefined)?.ctes)) {
      const { ctename, ctequery } = CommonTableExpr as { readonly ctename: string; readonly ctequery: Node }
      statement(ctequery, known, outer)
      known.add(ctename)
    }
    return known
  }

  /** Adds the tables to the scope and gives the conditions that bind them all. */
  function from(items: readonly Node[], scope: Scope, ctes: ReadonlySet<string>): readonly Node[] {
    return items.flatMap((item): readonly Node[] => {
      const [kind, body] = only(item)
      if (kind === 'RangeVar') {
        const name = String(body.relname)
        const isCte = body.schemaname === undefined && ctes.has(name)
        if (!isCte && isTable(name)) addTable(scope, name, (body.alias as Node | undefined)?.aliasname ?? name)
        return []
      }
      if (kind !== 'JoinExpr') return []
      const conditions = from([body.larg as Node], scope, ctes)
      const before = new Set(scope.tables.keys())
      const right = [...from([body.rarg as Node], scope, ctes), ...conjuncts(body.quals)]
      if (body.jointype === 'JOIN_INNER') return [...conditions, ...right]
      if (body.jointype !== 'JOIN_LEFT') return []
      const aliases = new Set([...scope.tables.keys()].filter((alias) => !before.has(alias)))
      scope.outerJoins.push({ aliases, conditions: right })
      return conditions
    })
  }

  function fromItem(item: Node, ctes: ReadonlySet<string>, scope: Scope): void {
    const [kind, body] = only(item)
    if (kind === 'RangeVar') return
    if (kind === 'JoinExpr') {
      fromItem(body.larg as Node, ctes, scope)
      fromItem(body.rarg as Node, ctes, scope)
    }
    inside(kind === 'JoinExpr' ? body.quals : body, ctes, scope)
  }

  function addTable(scope: Scope, name: string, alias: unknown): void {
    tables.push(name)
    scope.tables.set(String(alias), { name, bound: false })
  }

  function bind(scope: Scope, conditions: readonly Node[]): void {
    const step = (given: readonly Node[], aliases?: ReadonlySet<string>): boolean =>
      given.some((condition) => {
        const sides = equality(condition)
        if (sides === undefined) return false
        return [sides, sides.toReversed()].some(([column, value]) => {
          const alias = instanceColumn(column!, scope)
          const table = alias === undefined ? undefined : scope.tables.get(alias)
          if (table === undefined || table.bound || aliases?.has(alias!) === false) return false
          const parameter = parameterOf(value!)
          if (parameter !== undefined) parameters.add(parameter)
          table.bound = parameter !== undefined || isBound(value!, scope)
          return table.bound
        })
      })
    while (step(conditions) || scope.outerJoins.some((join) => step(join.conditions, join.aliases)));
    for (const [alias, { name, bound }] of scope.tables) {
      if (!bound) problems.push(`${name} as ${alias} is not bound to the instance`)
    }
  }

  function isBound(node: Node, scope: Scope): boolean {
    const path = columnPath(node)
    if (path?.length !== 2 || path[1] !== 'instance_id') return false
    for (let place: Scope | undefined = scope; place !== undefined; place = place.outer) {
      const table = place.tables.get(path[0]!)
      if (table !== undefined) return table.bound
    }
    return false
  }

  /** The two sides of `=`, where the condition is one. */
  function equality(condition: Node): readonly Node[] | undefined {
    const { A_Expr, BooleanTest } = condition as { readonly A_Expr?: Node; readonly BooleanTest?: Node }
    if (BooleanTest?.booltesttype === 'IS_TRUE' && !options.plain) return equality(BooleanTest.arg as Node)
    if (A_Expr?.kind !== 'AEXPR_OP' || operatorOf(A_Expr) !== '=' || A_Expr.lexpr === undefined) return undefined
    return [A_Expr.lexpr as Node, A_Expr.rexpr as Node]
  }

  function insertion(table: string, { cols, selectStmt, onConflictClause }: Node): void {
    const columns = list(cols).map(({ ResTarget }) => (ResTarget as Node).name)
    const place = columns.indexOf('instance_id')
    const { SelectStmt } = selectStmt as { readonly SelectStmt: Node }
    const rows = list(SelectStmt.valuesLists).map(({ List }) => list((List as Node).items))
    const selected = list(SelectStmt.targetList).map(({ ResTarget }) => (ResTarget as Node).val as Node)
    const given = [...rows, ...(selected.length === 0 ? [] : [selected])].map((values) => values[place])
    const numbers = given.map((value) => (value === undefined ? undefined : parameterOf(value)))
    if (place < 0 || numbers.length === 0 || numbers.includes(undefined)) {
      problems.push(`${table} gets rows of another instance than a parameter's`)
    }
    for (const number of numbers) if (number !== undefined) parameters.add(number)
    const conflict = (onConflictClause as { readonly infer?: Node } | undefined)?.infer
    const [first] = list(conflict?.indexElems)
    if (conflict !== undefined && (first?.IndexElem as Node | undefined)?.name !== 'instance_id') {
      problems.push(`${table} has conflicts by a key that does not lead with the instance`)
    }
  }

  /** Statements somewhere inside of expressions. */
  function inside(node: unknown, ctes: ReadonlySet<string>, scope: Scope | undefined): void {
    if (Array.isArray(node)) {
      for (const item of node) inside(item, ctes, scope)
    } else if (typeof node === 'object' && node !== null) {
      for (const [member, value] of Object.entries(node)) {
        if (member === 'SelectStmt') select(value as Node, ctes, scope)
        else inside(value, ctes, scope)
      }
    }
  }
}

function instanceColumn(node: Node, scope: Scope): string | undefined {
  const path = columnPath(node)
  if (path?.at(-1) !== 'instance_id') return undefined
  if (path.length === 2) return path[0]
  return scope.tables.size === 1 ? [...scope.tables.keys()][0] : undefined
}

function columnPath(node: Node): readonly string[] | undefined {
  const { A_Expr, ColumnRef } = node as { readonly A_Expr?: Node; readonly ColumnRef?: Node }
  // SQLite: a plus keeps the planner from an index, and changes nothing.
  if (A_Expr !== undefined && A_Expr.lexpr === undefined && operatorOf(A_Expr) === '+') {
    return columnPath(A_Expr.rexpr as Node)
  }
  if (ColumnRef === undefined) return undefined
  return list(ColumnRef.fields).map(({ String: name }) => String((name as Node | undefined)?.sval))
}

function parameterOf(node: Node): number | undefined {
  const { ParamRef, TypeCast } = node as { readonly ParamRef?: Node; readonly TypeCast?: Node }
  if (TypeCast !== undefined) return parameterOf(TypeCast.arg as Node)
  return ParamRef === undefined ? undefined : Number(ParamRef.number)
}

function conjuncts(node: unknown): readonly Node[] {
  if (node === undefined) return []
  const { BoolExpr } = node as { readonly BoolExpr?: Node }
  if (BoolExpr?.boolop === 'AND_EXPR') return list(BoolExpr.args).flatMap(conjuncts)
  return [node as Node]
}

const operatorOf = ({ name }: Node) =>
  list(name)
    .map(({ String: part }) => (part as Node).sval)
    .join('.')

const list = (value: unknown): readonly Node[] => (value ?? []) as readonly Node[]

/** A node of the tree has one member, which is named as its kind. */
function only(node: Node): readonly [kind: string, body: Node] {
  const [[kind, body] = ['', {}]] = Object.entries(node)
  return [kind, body as Node]
}

/** A statement of SQLite's as Postgres would write it. */
function inPostgres(sql: string): string {
  let number = 0
  return sql
    .replace(/'(?:[^']|'')*'|"[^"]*"|\?/g, (token) => (token === '?' ? `$${++number}` : token))
    .replace(/ indexed by "[^"]+"/g, '')
}
