/** The text of a policy and of its test, in the layout of opa fmt. */
interface Scaffold {
  readonly policy: string;
  readonly test: string;
}

/** What can be made, and for which id. */
export const SCAFFOLDS = { finding, access, drift, alert } as const satisfies Record<string, (id: string) => Scaffold>;

export type ScaffoldKind = keyof typeof SCAFFOLDS;

/** `a.b["c-d"]`: as opa fmt writes a path whose last part is an id. */
function path(family: string, name: string): string {
  return /^[a-z]\w*$/.test(name) ? `custom.${family}.${name}` : `custom.${family}["${name}"]`;
}

function title(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function metadata(id: string, description: string, message: string, remediation: string): string {
  return `# METADATA
# title: ${title(id)}
# description: ${description}
# custom:
#   id: ${id}
#   severity: medium
#   message: "${message}"
#   remediation: ${remediation}
`;
}

function finding(id: string): Scaffold {
  const about = 'An active key of a principal in production. Say here what your rule looks for, and why.';
  return {
    policy: `${metadata(id, about, '{principal} has the static key {credential}', 'Retire it with `lapse swap`.')}package ${path('rules', id)}

import data.lapse.lib.evidence
import data.lapse.lib.keys

finding contains {
	"id": "${id}",
	"subject": key.id,
	"detail": {"principal": input.principal.name, "credential": keys.label(key.nativeId)},
	"evidence": [evidence.at("status", key.status, key.locations)],
} if {
	input.principal.environment == "production"
	some key in keys.active
}
`,
    test: `package ${path('rules', `${id}_test`)}

import data.${path('rules', id)} as rule

_input(environment) := {
	"type": "principal",
	"principal": {"name": "ci", "environment": environment},
	"credentials": [{
		"id": "aws:access-key:AKIAEXAMPLEEXAMPLE01",
		"nativeId": "AKIAEXAMPLEEXAMPLE01",
		"kind": "access-key",
		"status": "active",
		"locations": [{"path": "keys.json", "line": 7}],
	}],
}

test_hit if {
	some found in rule.finding with input as _input("production")
	found.subject == "aws:access-key:AKIAEXAMPLEEXAMPLE01"
	found.detail.principal == "ci"
}

test_not_elsewhere if {
	count(rule.finding) == 0 with input as _input("staging")
}

test_not_of_what_is_unknown if {
	count(rule.finding) == 0 with input as object.remove(_input("production"), ["principal"])
}
`,
  };
}

function access(id: string): Scaffold {
  return {
    policy: `# METADATA
# title: ${title(id)}
# description: At night, somebody on call says whether production may be touched. What it does not answer, it leaves to others.
package ${path('access', id)}

answer := {
	"effect": "escalate",
	"reasons": ["${id}"],
	"approvals": [{"from": "on-call", "count": 1}],
} if {
	input.target.environment == "production"
	not _by_day
}

_by_day if {
	[hour, _, _] := time.clock(time.parse_rfc3339_ns(input.now))
	hour in numbers.range(7, 18)
}
`,
    test: `package ${path('access', `${id}_test`)}

import data.${path('access', id)} as rule

_request(environment, now) := {"now": now, "target": {"id": "db", "environment": environment}}

test_at_night if {
	answer := rule.answer with input as _request("production", "2026-03-02T22:30:00Z")
	answer.effect == "escalate"
	answer.approvals == [{"from": "on-call", "count": 1}]
}

test_not_by_day if {
	not rule.answer with input as _request("production", "2026-03-02T09:30:00Z")
}

test_not_elsewhere if {
	not rule.answer with input as _request("staging", "2026-03-02T22:30:00Z")
}
`,
  };
}

function drift(id: string): Scaffold {
  const about = 'A principal was not there at the earlier point in time. Say here which change your rule looks for.';
  return {
    policy: `${metadata(id, about, '{name} is new', 'Ask its owner what it is for.')}package ${path('drift_rules', id)}

import data.lapse.lib.drift

finding contains {
	"id": "${id}",
	"subject": input.row.id,
	"detail": {"name": input.row.name},
	"evidence": [drift.evidence],
} if {
	input.row.entity == "principal"
	input.row.kind == "added"
}
`,
    test: `package ${path('drift_rules', `${id}_test`)}

import data.${path('drift_rules', id)} as rule

_row(entity, kind) := {
	"now": "2026-03-01T00:00:00Z",
	"row": {
		"kind": kind,
		"entity": entity,
		"id": "aws:user:arn:aws:iam::111122223333:user/ci",
		"name": "aws user ci",
		"fields": [],
		"sources": ["aws"],
	},
}

test_hit if {
	some found in rule.finding with input as _row("principal", "added")
	found.detail.name == "aws user ci"
}

test_not_of_others if {
	count(rule.finding) == 0 with input as _row("principal", "removed")
	count(rule.finding) == 0 with input as _row("grant", "added")
}
`,
  };
}

function alert(id: string): Scaffold {
  const about = 'A request was denied. Say here which event of the audit log somebody should hear of.';
  return {
    policy: `${metadata(id, about, '{who} was denied at {target}', 'Ask what it was for.')}package ${path('alert_rules', id)}

import data.lapse.lib.audit

finding contains {
	"id": "${id}",
	"subject": audit.subject,
	"detail": {"who": input.event.actor, "target": audit.target},
	"evidence": [audit.evidence],
} if {
	input.event.event == "request.denied"
}
`,
    test: `package ${path('alert_rules', `${id}_test`)}

import data.${path('alert_rules', id)} as rule

_event(name) := {
	"now": "2026-03-01T00:00:00Z",
	"event": {
		"chain": "main",
		"seq": 7,
		"at": "2026-03-01T00:00:00Z",
		"event": name,
		"actor": "workload:ci",
		"target": "db",
		"request": "req_1",
		"detail": {},
	},
	"history": {},
}

test_hit if {
	some found in rule.finding with input as _event("request.denied")
	found.detail.who == "workload:ci"
}

test_not_of_others if {
	count(rule.finding) == 0 with input as _event("lease.active")
}
`,
  };
}
