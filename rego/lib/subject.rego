# METADATA
# title: The principal at hand
# description: Questions that many rules ask of a principal in `input`, worded once.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.subject

import data.lapse.lib.answers

# METADATA
# description: A principal that can act by itself. An AWS group cannot; what it gives is reported of its members.
acts if {
	input.type == "principal"
	not _aws_group
}

_aws_group if {
	input.principal.platform == "aws"
	input.principal.kind == "group"
}

# METADATA
# description: How people call the principal - a name in Kubernetes is one in its namespace.
label := concat("/", [input.principal.scope[1], input.principal.name]) if {
	input.principal.platform == "kubernetes"
	count(input.principal.scope) > 1
} else := input.principal.name

# METADATA
# description: A Kubernetes service account.
kubernetes_service_account if {
	input.type == "principal"
	input.principal.platform == "kubernetes"
	input.principal.kind == "service-account"
}

# METADATA
# description: It is, or may come to be, an administrator. Unknown permissions do not count as such.
# scope: document
privileged if answers.shown(input.effective.admin)

privileged if {
	some path in input.paths
	answers.shown(path.answer)
}

# METADATA
# description: The case under which findings about its keys are reported.
# scope: document
default level_case := "default"

level_case := "privileged" if privileged

# METADATA
# description: Its grants that give something, by id.
grants_by_id[grant.id] := grant if {
	some grant in input.grants
	grant.effect == "allow"
	grant.role == "identity"
}

# METADATA
# description: >-
#   Where to look for each named grant, in the order of the ids - the binding that hands it to the principal, else the
#   grant's own first place; the principal's own places when there is none of either.
# scope: document
places(grant_ids) := grant_places if {
	grant_places := [_place(grants_by_id[id]) | some id in grant_ids]
	count(grant_places) > 0
} else := input.principal.locations

_place(grant) := bindings_of(grant)[0].locations[0] if {
	count(bindings_of(grant)) > 0
} else := grant.locations[0]

# METADATA
# description: >-
#   Bindings of the principal to the role that holds a grant. Kubernetes roles hold grants, and bindings are trusts; on
#   AWS a principal holds its grants itself.
bindings_of(grant) := [trust |
	some trust in input.trusts_out
	trust.how == "bound-to"
	trust.principal == grant.principal
]

# METADATA
# description: For messages - what the named grants come by (policies, groups, bindings, roles), when that is known.
# scope: document
by(grant_ids) := concat("", [", by ", concat(", ", sort(via))]) if {
	via := {step | some id in grant_ids; some step in _via(grants_by_id[id])}
	count(via) > 0
} else := ""

_via(grant) := {step | some step in grant.via; step != "default-role"} | {binding |
	some trust in bindings_of(grant)
	binding := concat(":", ["binding", trust.condition.binding])
}

# METADATA
# description: The grants that give a privilege, as src/iam names it.
granting(privilege_id) := [id |
	some privilege in input.effective.privileges
	privilege.id == privilege_id
	answers.possible(privilege.answer)
	some id in privilege.grants
]

# METADATA
# description: The root user of an account, whose rights nobody can take away.
root if {
	input.type == "principal"
	input.principal.kind == "root"
}

# METADATA
# description: A role that AWS made for one of its services and that nobody else can change.
service_linked if input.principal.attributes.service_linked == true

# METADATA
# description: It signs in with a password, by its own record or by a credential of that kind.
# scope: document
has_password if input.principal.attributes.password_enabled == true

has_password if {
	some credential in input.credentials
	credential.kind == "console-password"
	credential.status == "active"
}

# METADATA
# description: Its permissions were resolved, and there is nothing in them that policies know as a privilege.
known_unprivileged if {
	input.effective.admin == "no"
	every privilege in input.effective.privileges {
		privilege.answer == "no"
	}
	every escalation in input.effective.escalations {
		escalation.answer == "no"
	}
}

# METADATA
# description: The shortest path to an administrator, firm ones before those that depend on conditions.
path_to_admin := input.paths[0]

# METADATA
# description: >-
#   The steps of that path by which one principal becomes another; that a secret is a key, and the key its owner's, is
#   none.
steps_to_admin := [step | some step in path_to_admin.steps; not step.id in {"is", "authenticates"}]

# METADATA
# description: A step for people.
step_name(step) := concat(" ", [step.id, step.to])

# METADATA
# description: For messages - how far administration is.
reach := "is an administrator" if {
	count(steps_to_admin) == 0
} else := "can become an administrator in one step" if {
	count(steps_to_admin) == 1
} else := concat("", ["can become an administrator in ", format_int(count(steps_to_admin), 10), " steps"])

# METADATA
# description: How sure it is that the principal is, or can become, an administrator.
administration := answers.firmest(_ways_to_administrate)

_ways_to_administrate contains input.effective.admin

_ways_to_administrate contains path_to_admin.answer

# METADATA
# description: For messages - by which of the two that is.
administers := "is an administrator" if {
	input.effective.admin == administration
} else := reach
