// The AppView hands searches to a separate search service. This stands in for it: it answers the one call the AppView
// makes, app.bsky.unspecced.searchPostsSkeleton, from the AppView's own Postgres tables, with the filters of the lexicon
// (since inclusive, until exclusive, tags joined by AND). Checking of parameters, hydration and views stay the AppView's.
const http = require('node:http')
const { sql } = require('kysely')

const METHOD = '/xrpc/app.bsky.unspecced.searchPostsSkeleton'
// what this backend cannot do is refused, never ignored
const REFUSED = { domain: () => true, url: () => true, sort: (value) => value === 'top' }

class BadRequest extends Error {}

function check(query) {
  const offset = Number(query.get('cursor') ?? 0)
  if (!Number.isInteger(offset) || offset < 0) throw new BadRequest('cursor is not a number of hits')
  for (const [name, refuse] of Object.entries(REFUSED))
    if (query.get(name) && refuse(query.get(name))) throw new BadRequest(`${name} is not in this backend`)
  for (const name of ['since', 'until'])
    if (query.get(name) && isNaN(Date.parse(query.get(name)))) throw new BadRequest(`${name} is not a date`)
  return { offset, limit: Number(query.get('limit') ?? 25) }
}

async function didOf(db, actor) {
  if (actor.startsWith('did:')) return actor
  const row = await db.selectFrom('actor').select('did').where('handle', '=', actor).executeTakeFirst()
  return row?.did ?? 'did:unknown'
}

function hasFacet(key, value) { // case-insensitive equality with one feature of a facet
  const pattern = JSON.stringify('^' + value.replace(/[^\p{L}\p{N}]/gu, '\\$&') + '$')
  const path = `$.facets[*].features[*] ? (@.${key} like_regex ${pattern} flag "i")`
  return sql`record.json::jsonb @? ${path}::jsonpath`
}

async function conditions(db, query) {
  const all = [sql`true`]
  const instant = (name) => new Date(query.get(name)).toISOString()
  for (const word of query.get('q').split(/\s+/).filter((word) => word && word !== '*'))
    all.push(word.startsWith('from:')
      ? sql`post.creator = ${await didOf(db, word.slice('from:'.length))}`
      : sql`position(lower(${word}) in lower(post.text)) > 0`)
  for (const tag of query.getAll('tag')) all.push(hasFacet('tag', tag))
  if (query.get('author')) all.push(sql`post.creator = ${await didOf(db, query.get('author'))}`)
  if (query.get('mentions')) all.push(hasFacet('did', await didOf(db, query.get('mentions'))))
  if (query.get('lang')) all.push(sql`post.langs @> ${JSON.stringify([query.get('lang')])}::jsonb`)
  if (query.get('since')) all.push(sql`post."sortAt" >= ${instant('since')}`)
  if (query.get('until')) all.push(sql`post."sortAt" < ${instant('until')}`)
  return all // as a list: what an async function returns is awaited, and kysely refuses to be awaited
}

async function search(db, query) {
  const { offset, limit } = check(query)
  const where = await conditions(db, query)
  const { rows } = await sql`
    select post.uri, count(*) over () as total from post join record on record.uri = post.uri
    where ${sql.join(where, sql` and `)} order by post."sortAt" desc, post.cid desc limit ${limit} offset ${offset}`.execute(db)
  const hitsTotal = Number(rows[0]?.total ?? 0)
  const end = offset + rows.length
  return { posts: rows.map(({ uri }) => ({ uri })), hitsTotal, ...(end < hitsTotal ? { cursor: String(end) } : {}) }
}

module.exports = (db, port) => http.createServer(async (request, response) => {
  const send = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname !== METHOD) return send(501, { error: 'MethodNotImplemented' })
  try {
    send(200, await search(db, url.searchParams))
  } catch (error) {
    if (error instanceof BadRequest) send(400, { error: 'InvalidRequest', message: error.message })
    else send(500, { error: 'InternalServerError', message: error.message })
  }
}).listen(port)
