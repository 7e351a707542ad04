# METADATA
# title: Who may become the principal at hand
# description: Trusts by which somebody else becomes the principal, as the principal's own side declares them.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.trusts

# METADATA
# description: What the principal's own trust policy allows; a claim by the other side decides nothing.
declared_by_target := [trust |
	some trust in input.trusts_in
	trust.declaredBy == "target"
	trust.effect == "allow"
]

# METADATA
# description: >-
#   Trusts by which another principal of the inventory becomes it, or runs as it. Memberships and places in a hierarchy
#   are none.
becoming := [trust |
	some trust in input.trusts_in
	trust.effect == "allow"
	trust.subject.kind == "principal"
	trust.how in data.lapse.ways_to_become
]

# METADATA
# description: The account of AWS that is trusted, as a whole or with one of its principals.
# scope: document
account_of(trust) := trust.subject.value if trust.subject.kind == "account"

# aws:role:arn:aws:iam::123456789012:role/name
account_of(trust) := split(trust.subject.id, ":")[6] if trust.subject.kind == "principal"

# METADATA
# description: Nothing but the name of the trusted narrows it.
# scope: document
unconditional(trust) if not trust.condition

unconditional(trust) if count(trust.condition) == 0

# METADATA
# description: Kubernetes bindings of the principal itself, by the id of the role.
bindings_by_role[role] := bindings if {
	input.type == "principal"
	some role in {trust.principal | some trust in input.trusts_out; trust.how == "bound-to"}
	bindings := [trust | some trust in input.trusts_out; trust.how == "bound-to"; trust.principal == role]
}

# METADATA
# description: The bindings' kinds and names, for people.
binding_names(bindings) := sort({binding.condition.binding | some binding in bindings})

# METADATA
# description: A role's name out of its id, such as kubernetes:cluster-role:prod/reader; names have no slash.
role_name(id) := parts[count(parts) - 1] if parts := split(id, "/")
