// A whole local AT Protocol network in one process, on loopback, on free ports:
// PLC directory (in memory) + PDS (SQLite files) + AppView (Postgres) + search backend.
// env:   DB_POSTGRES_URL  database of the AppView
// flags: --no-seed        start empty
//        --rate-limits    the PDS limits requests as in production
// Prints one JSON line once everything seeded is indexed; SIGTERM stops it.
process.env.NODE_ENV ??= 'test'
process.env.LOG_ENABLED ??= 'false'
const fs = require('node:fs'), net = require('node:net'), os = require('node:os'), path = require('node:path')

// dev-env listens on every interface and offers no option for the host
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  if (typeof args[0] === 'number' && typeof args[1] !== 'string') args.splice(1, 0, '127.0.0.1')
  return listen.apply(this, args)
}
// dev-env puts the PDS's folders under os.tmpdir() and leaves them there
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'atnet-'))
os.tmpdir = () => scratch

const { TestPlc, TestPds, TestBsky, mockNetworkUtilities } = require('@atproto/dev-env')
const searchBackend = require('./search_skeleton.cjs')
const seed = require('./seed.cjs')

// a new schema is an empty AppView; its name may hold letters and underscores only
const schema = () => 'bsky_' + [...String(Date.now())].map((digit) => 'abcdefghij'[digit]).join('')

async function freePorts(count) {
  const held = await Promise.all(Array.from({ length: count }, () => new Promise((resolve) => {
    const server = net.createServer().listen(0, () => resolve(server))
  })))
  const ports = held.map((server) => server.address().port)
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

async function boot(rateLimitsEnabled) {
  const [plcPort, pdsPort, appviewPort, searchPort] = await freePorts(4)
  const plc = await TestPlc.create({ port: plcPort })
  const appview = await TestBsky.create({
    port: appviewPort, plcUrl: plc.url, pdsPort, repoProvider: `ws://localhost:${pdsPort}`,
    dbPostgresUrl: process.env.DB_POSTGRES_URL, dbPostgresSchema: schema(), redisHost: 'unused',
    searchUrl: `http://localhost:${searchPort}`,
  })
  const search = searchBackend(appview.db.db, searchPort)
  const pds = await TestPds.create({
    port: pdsPort, hostname: 'localhost', didPlcUrl: plc.url, enableDidDocWithSession: true,
    bskyAppViewUrl: appview.url, bskyAppViewDid: appview.ctx.cfg.serverDid, rateLimitsEnabled,
  })
  mockNetworkUtilities(pds, appview) // handles under .test are resolved at the PDS instead of in DNS
  return { plc, pds, appview, search }
}

async function indexed({ pds, appview }) { // the AppView has read all that the PDS has emitted
  await pds.processAll()
  const last = (await pds.ctx.sequencer.curr()) ?? 0
  for (let tries = 0; tries < 4000; tries++) {
    await appview.sub.processAll()
    if (((await appview.sub.runner.getCursor()) ?? 0) >= last) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('the AppView did not catch up with the PDS')
}

async function close({ plc, pds, appview, search }) {
  search.close()
  search.closeAllConnections()
  try {
    await appview.close()
    await pds.close()
    await plc.close()
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
}

async function main(flags) {
  const network = await boot(flags.has('--rate-limits'))
  const stop = () => close(network).then(() => process.exit(0))
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const accounts = flags.has('--no-seed') ? [] : await seed(network.pds.url)
  await indexed(network)
  console.log(JSON.stringify({ plc: network.plc.url, pds: network.pds.url, appview: network.appview.url, accounts }))
}

main(new Set(process.argv.slice(2))).catch((error) => {
  console.error(error)
  fs.rmSync(scratch, { recursive: true, force: true })
  process.exit(1)
})
