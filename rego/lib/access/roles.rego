# METADATA
# title: Roles
# description: >-
#   Role-based access - `{<role>: {members: [requester pattern], permits: [{targets, actions, resources}]}}`. What a
#   role leaves out permits nothing; `*` among targets or actions, and `**` among resources, permit all of them.
package lapse.lib.access.roles

import data.lapse.lib.access.requesters
import data.lapse.lib.segments

# METADATA
# description: Names of the roles that the requester has.
held(roles, requester) := {name |
	some name, role in roles
	some member in object.get(role, "members", [])
	requesters.fits(member, requester)
}

# METADATA
# description: >-
#   Every action that is asked is permitted, on every resource that is asked, by one of the roles that the requester
#   has. A request that names no resource may mean all of them, so it takes a permit for `**`.
permit(roles, requester, detail) if {
	permits := [entry |
		some name in held(roles, requester)
		some entry in object.get(roles[name], "permits", [])
		_names(object.get(entry, "targets", []), detail.target)
	]
	count(detail.actions) > 0
	every action in detail.actions {
		fitting := [entry | some entry in permits; _names(object.get(entry, "actions", []), action)]
		_cover(fitting, detail.resources)
	}
}

_cover(permits, resources) if {
	count(resources) > 0
	every resource in resources {
		some entry in permits
		some pattern in object.get(entry, "resources", [])
		segments.match(pattern, resource)
	}
}

_cover(permits, []) if {
	some entry in permits
	"**" in object.get(entry, "resources", [])
}

_names(names, name) if name in names

_names(names, _) if "*" in names
