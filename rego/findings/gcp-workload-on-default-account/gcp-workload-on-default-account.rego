# METADATA
# title: Runs as the default account
# description: >-
#   A machine, service or function runs as its project's default account, which it shares with everything that names
#   none. With the scope for all APIs it can use every role that the account has. Nodes of GKE are told of their
#   cluster.
# related_resources:
#   - ref: https://cloud.google.com/compute/docs/access/service-accounts#default_service_account
#     description: Google on the default account of Compute Engine
#   - ref: https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa
#     description: Google on accounts of nodes
# custom:
#   id: gcp-workload-on-default-account
#   nhi: NHI6
#   severity: medium
#   confidence: certain
#   platforms: [gcp]
#   needs: [trusts_out]
#   depends_on: []
#   controls:
#     cis_gcp_5_0: ["4.1", "4.2"]
#     nist_800_53_r5: [AC-6, CM-6]
#     soc2_2017: [CC6.3, CC7.1]
#     iso_27001_2022: [A.8.2, A.8.9]
#   message: "{principal} runs as the default account {account}{scope}"
#   remediation:
#     summary: Let it run as an account of its own.
#     steps:
#       - Make an account with the roles that the workload uses.
#       - "Set it on the machine, service or node pool, with the scope `cloud-platform`: roles limit it then."
#       - Take the roles of the default account away.
#   since: 0.1.0
package lapse.rules["gcp-workload-on-default-account"]

import data.lapse.lib.evidence

finding contains {
	"id": "gcp-workload-on-default-account",
	"subject": input.principal.id,
	"case": _case,
	"detail": {"principal": input.principal.name, "account": account, "scope": _scope[_case], "key": account},
	"evidence": [evidence.at("runs as", account, trust.locations)],
} if {
	input.type == "principal"
	input.principal.platform == "gcp"
	input.principal.kind == "workload"
	not _node
	some trust in input.trusts_out
	trust.how == "runs-as"
	account := trim_prefix(trust.principal, "gcp:service-account:")
	_default_account(account)
}

_default_account(email) if regex.match(`^[0-9]+-compute@developer\.gserviceaccount\.com$`, email)

_default_account(email) if endswith(email, "@appspot.gserviceaccount.com")

_node if {
	input.principal.attributes.type == "compute.googleapis.com/Instance"
	startswith(input.principal.name, "gke-")
}

_case := "full" if {
	input.principal.attributes.full_access_scope == true
} else := "default"

_scope := {"default": "", "full": " with access to all APIs"}
