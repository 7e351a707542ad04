# METADATA
# title: Risk
# description: What the inventory knows of the requester and of what the target hands out.
package lapse.lib.access.risk

import data.lapse.lib.answers

# METADATA
# description: >-
#   Ids of what speaks against an automatic answer - `target-admin` when the target lets the requester become
#   administrator, or may, `target-unknown` when the inventory does not know what the target hands out,
#   `requester-admin`, `requester-unknown`, `requester-findings` when the requester has one of the findings.
grounds(risk, findings) := union({
	{"target-admin" | answers.possible(risk.target_admin)},
	{"target-unknown" | not _told(risk, "target_admin")},
	{"requester-admin" | answers.possible(risk.requester_admin)},
	{"requester-unknown" | not _told(risk, "requester_admin")},
	{"requester-findings" | some id in risk.requester_findings; id in findings},
})

_told(risk, name) if risk[name] != null
