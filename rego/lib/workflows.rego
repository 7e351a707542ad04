# METADATA
# title: The workflow at hand
# description: Jobs of a GitHub workflow in `input`, and where its lines are.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.workflows

# METADATA
# description: The input is a workflow.
present if {
	input.type == "principal"
	input.principal.platform == "github"
	input.principal.kind == "workflow"
}

# METADATA
# description: The jobs of the workflow.
jobs := input.principal.attributes.jobs if present

# METADATA
# description: Secrets of a job other than the token that every job has.
secrets_of(job) := {name | some name in job.secrets; name != "GITHUB_TOKEN"}

# METADATA
# description: >-
#   A job in which foreign code would find something worth taking - secrets, or the right to ask for an OIDC token.
# scope: document
holds_secrets(job) if count(secrets_of(job)) > 0

holds_secrets(job) if job.secrets_inherit == true

# With write-all every job may ask for one; that is a finding of its own.
holds_secrets(job) if {
	job.id_token == true
	job.permissions != "write-all"
}

# METADATA
# description: A line of the workflow's file as a list of places.
line(number) := [{"path": input.principal.locations[0].path, "line": number}]

# METADATA
# description: An action or workflow without the tag, branch or hash behind the `@`.
without_ref(uses) := split(uses, "@")[0]

# METADATA
# description: Its grants of everything, at the top or of a job.
write_all := [grant |
	some grant in input.grants
	grant.effect == "allow"
	"*:write" in grant.actions
]
