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
# description: A Kubernetes service account.
kubernetes_service_account if {
	input.principal.platform == "kubernetes"
	input.principal.kind == "service-account"
}

# METADATA
# description: It is, or may come to be, an administrator. Unknown permissions do not count as such.
privileged if answers.possible(input.effective.admin)

privileged if {
	some path in input.paths
	answers.possible(path.answer)
}

# METADATA
# description: The case under which findings about its keys are reported.
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
# description: The first place of each named grant, in the order of the ids; the principal's own places when there is none.
places(grant_ids) := grant_places if {
	grant_places := [grants_by_id[id].locations[0] | some id in grant_ids]
	count(grant_places) > 0
} else := input.principal.locations

# METADATA
# description: What the named grants come by - policies, groups, bindings, roles - for people.
via(grant_ids) := concat(", ", sort({step | some id in grant_ids; some step in grants_by_id[id].via}))

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
root if input.principal.kind == "root"
