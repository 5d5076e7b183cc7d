// simulate: lines of JSON in, lines of JSON out: what IAM decides of requests, by @cloud-copilot/iam-simulate. It is a program of its own: nothing of Tagwarden's is linked with it.
//
// A line {"policy": NAME, "document": {...}} gives a policy a name. A line with an "id" is a request:
//   principal, action, resource, account (the resource's), context (condition keys), and by their names: identity [], boundary, session, on (the resource's policy), scp.
// Each request is answered, in any order, by {"id", "result"}: Allowed, ExplicitlyDenied or ImplicitlyDenied; or by {"id", "error"}.
import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

const policies = new Map()

const named = (name) => {
  if (!policies.has(name)) throw new Error(`no policy is called ${name}`)
  return { name, policy: policies.get(name) }
}

async function simulate(r) {
  const simulation = {
    request: { principal: r.principal, action: r.action, resource: { resource: r.resource, accountId: r.account }, contextVariables: r.context ?? {} },
    identityPolicies: (r.identity ?? []).map(named),
    serviceControlPolicies: r.scp ? [{ orgIdentifier: 'o-root', policies: [named('FullAWSAccess'), named(r.scp)] }] : [],
    resourceControlPolicies: [],
  }
  if (r.boundary) simulation.permissionBoundaryPolicies = [named(r.boundary)]
  if (r.session) simulation.sessionPolicy = named(r.session).policy
  if (r.on) simulation.resourcePolicy = named(r.on).policy
  const answer = await runSimulation(simulation, {})
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors))
  return answer.overallResult
}

policies.set('FullAWSAccess', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue
  const r = JSON.parse(line)
  if (r.policy) {
    policies.set(r.policy, r.document)
    continue
  }
  try {
    console.log(JSON.stringify({ id: r.id, result: await simulate(r) }))
  } catch (e) {
    console.log(JSON.stringify({ id: r.id, error: e.message }))
  }
}
