// Invented people and posts for the local network: 20 accounts, each with a profile, 3 follows and 10 posts one minute
// apart; every post is liked once, every fifth reposted, every tenth answered. The counts are exact: tests rely on them.
const { AtpAgent, RichText } = require('@atproto/api')

const ACCOUNTS = 20, POSTS_EACH = 10, FOLLOWS_EACH = 3, MINUTE = 60_000
const TOTAL = ACCOUNTS * POSTS_EACH

const text = (n, author) => [
  `Trying AcmeCola today #acmecola post ${n}`,
  `hi @user${(author + 1) % ACCOUNTS}.test have you seen AcmeCola? ${n}`,
  `#Brandwatch número ${n} ünïcode 日本語 https://example.test/${n}`,
  `plain post ${n}`,
][n % 4]

async function createAccount(service, index) {
  const agent = new AtpAgent({ service })
  const login = { handle: `user${index}.test`, email: `user${index}@example.test`, password: `pass-${index}` }
  await agent.createAccount(login)
  return { agent, login }
}

async function write(agent, records) {
  const writes = records.map(([name, value]) => ({
    $type: 'com.atproto.repo.applyWrites#create', collection: `app.bsky.${name}`,
    ...(name === 'actor.profile' ? { rkey: 'self' } : {}), value: { $type: `app.bsky.${name}`, ...value },
  }))
  const { data } = await agent.com.atproto.repo.applyWrites({ repo: agent.did, writes })
  return data.results
}

async function publish(agents, author, at) {
  const records = [['actor.profile', { displayName: `User ${author}`, description: `seeded account ${author}` }]]
  for (let k = 1; k <= FOLLOWS_EACH; k++)
    records.push(['graph.follow', { subject: agents[(author + k) % ACCOUNTS].did, createdAt: at(0) }])
  for (let k = 0; k < POSTS_EACH; k++) {
    const n = author * POSTS_EACH + k
    const rich = new RichText({ text: text(n, author) })
    await rich.detectFacets(agents[author])
    const langs = [n % 4 === 2 ? 'es' : 'en']
    records.push(['feed.post', { text: rich.text, facets: rich.facets, langs, createdAt: at(n) }])
  }
  const results = await write(agents[author], records)
  return results.slice(1 + FOLLOWS_EACH).map(({ uri, cid }) => ({ uri, cid }))
}

function reactions(posts, reader, at) {
  return posts.flatMap((subject, k) => {
    const reply = { root: subject, parent: subject }
    return [
      ['feed.like', { subject, createdAt: at(TOTAL) }],
      ...(k % 5 === 0 ? [['feed.repost', { subject, createdAt: at(TOTAL) }]] : []),
      ...(k === 9 ? [['feed.post', { text: `reply about AcmeCola from ${reader}`, reply, createdAt: at(TOTAL - 0.5) }]] : []),
    ]
  })
}

module.exports = async function seed(service) {
  const start = Date.now() - (TOTAL + 1) * MINUTE
  const at = (minutes) => new Date(start + minutes * MINUTE).toISOString()
  const people = []
  for (let i = 0; i < ACCOUNTS; i++) people.push(await createAccount(service, i))
  const agents = people.map(({ agent }) => agent)
  const posts = []
  for (let i = 0; i < ACCOUNTS; i++) posts.push(await publish(agents, i, at))
  for (let i = 0; i < ACCOUNTS; i++)
    await write(agents[i], reactions(posts[(i + ACCOUNTS - 1) % ACCOUNTS], i, at))
  return people.map(({ agent, login }) => ({ did: agent.did, handle: login.handle, password: login.password }))
}
