# METADATA
# title: Third-party vendors
# description: >-
#   A vendor's people or machines get named resources for a ticket, until the contract ends, from the vendor's own
#   networks, and only after the vendor's sponsor in the house has said yes, every time. A target that could make the
#   vendor administrator, or of which that is not known, is not for vendors.
# schemas:
#   - input: schema["access-input"]
package custom.access["vendor-access"]

import data.lapse.lib.access.requesters
import data.lapse.lib.access.risk
import data.lapse.lib.access.roles
import data.lapse.lib.access.tickets
import data.lapse.lib.access.verdict
import data.lapse.lib.networks

# METADATA
# description: What this policy says of everybody who asks for its targets and is a vendor's. Of others it says nothing.
answer := verdict.of(_refusals, {"vendor"}, set(), _limits) if {
	input.target.id in _settings.targets
	count(_vendors) > 0
}

_settings := data.custom.access["vendor-access"].settings

_vendors contains vendor if {
	some vendor in _settings.vendors
	some member in vendor.members
	requesters.fits(member, input.request.requester)
}

# Limits of all the vendors that somebody works for hold together; to work for two is refused below.
_limits := {
	"max_ttl": min({object.get(vendor, "max_ttl", 0) | some vendor in _vendors}),
	"approvals": [approval | some vendor in _vendors; some approval in vendor.sponsors],
	"source_cidrs": [cidr | some vendor in _vendors; some cidr in vendor.source_cidrs],
	"notify": object.get(_settings, "notify", []),
}

_refusals contains "vendor-ambiguous" if count(_vendors) > 1

_refusals contains "role-missing" if {
	some vendor in _vendors
	not _permitted(vendor)
}

_refusals contains "contract-ended" if {
	some vendor in _vendors
	not _under_contract(vendor)
}

_refusals contains "source-not-allowed" if {
	some vendor in _vendors
	not _from_its_network(vendor)
}

_refusals contains "sponsor-missing" if {
	some vendor in _vendors
	not _sponsored(vendor)
}

_refusals contains "resources-not-named" if not _resources_named

_refusals contains "reason-required" if not _reasoned

_refusals contains "ticket-not-good" if not _ticketed

_refusals contains ground if {
	some ground in risk.grounds(object.get(input, "risk", null), object.get(_settings, "findings", []))
	ground != "requester-unknown"
}

_permitted(vendor) if {
	role := {"vendor": {"members": vendor.members, "permits": vendor.permits}}
	roles.permit(role, input.request.requester, input.request.detail)
}

_under_contract(vendor) if {
	now := time.parse_rfc3339_ns(input.now)
	now >= time.parse_rfc3339_ns(vendor.from)
	now < time.parse_rfc3339_ns(vendor.until)
}

_from_its_network(vendor) if {
	count(vendor.source_cidrs) > 0
	networks.admits(vendor.source_cidrs, input.request.source_ip)
}

_sponsored(vendor) if {
	some sponsor in vendor.sponsors
	sponsor.count > 0
}

_resources_named if count(input.request.detail.resources) > 0

_reasoned if count(trim_space(input.request.detail.reason)) >= _settings.reason_length

_ticketed if {
	tickets.good(input.request.detail.ticket, data.custom.tickets, _settings.ticket, input.target, input.now)
}
