# METADATA
# title: Nightly jobs
# description: >-
#   A job gets what its role permits inside of its time window and from its own network, once at a time. Outside of the
#   window the answer is no, whoever would approve. A job that comes from elsewhere in the network, at another hour of
#   the window or for something new has to be approved once.
# schemas:
#   - input: schema["access-input"]
package custom.access["nightly-job"]

import data.lapse.lib.access.moments
import data.lapse.lib.access.risk
import data.lapse.lib.access.roles
import data.lapse.lib.access.unusual
import data.lapse.lib.access.verdict
import data.lapse.lib.access.windows
import data.lapse.lib.networks

# METADATA
# description: What this policy says of workloads that ask for its targets. Of everything else it says nothing.
answer := verdict.of(_refusals, _grounds, set(), _settings) if {
	input.request.requester.kind == "workload"
	input.target.id in _settings.targets
}

_settings := data.custom.access["nightly-job"].settings

_history := object.get(input, "history", {})

_refusals contains "role-missing" if not _permitted

_refusals contains "outside-window" if not _in_its_window

_refusals contains "source-not-allowed" if not _from_its_network

_refusals contains "lease-held" if not _free

_permitted if roles.permit(_settings.roles, input.request.requester, input.request.detail)

_in_its_window if windows.inside(_settings.windows, moments.start(input.request, input.now))

_from_its_network if {
	count(_settings.source_cidrs) > 0
	networks.admits(_settings.source_cidrs, input.request.source_ip)
}

# A second lease beside the first would be somebody else's, or a job that hangs.
_free if {
	is_array(input.history.held)
	count([lease | some lease in input.history.held; lease.target == input.target.id]) < _settings.most_leases
}

_grounds contains sign if {
	some sign in unusual.signs(input.request, _history, input.now, object.get(_settings, "unusual", {}))
	not _tolerated(sign)
}

_grounds contains ground if {
	some ground in risk.grounds(object.get(input, "risk", null), object.get(_settings, "findings", []))
	not _tolerated(ground)
}

_tolerated(sign) if sign in _settings.tolerate
