# METADATA
# title: The static secret at hand
# description: Questions about a static secret in `input`, worded once.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.secrets

import data.lapse.lib.evidence

# METADATA
# description: >-
#   Where the secret is now, in the order of the locations - first places in files as they are, then places that are
#   known by the commit that brought them and that nothing has removed since.
current_places := array.concat(
	[location | some location in input.secret.locations; not location.removedBy; not location.commit],
	[location | some location in input.secret.locations; not location.removedBy; location.commit],
)

# METADATA
# description: >-
#   Where to look - what is there now before what was; all places, so that there is one whatever history says.
places := array.concat(current_places, [location | some location in input.secret.locations; location.removedBy])

# METADATA
# description: The distinct files that hold it now.
current_files contains location.path if some location in current_places

# METADATA
# description: >-
#   `dead` - it is known not to work any more; `live` - it is known to work, or is the material of an active credential;
#   `generic` - nothing but its shape speaks for it being a secret.
# scope: document
default level_case := "default"

level_case := "dead" if {
	dead
} else := "live" if {
	live
} else := "generic" if {
	input.secret.confidence == "generic"
}

# METADATA
# description: The provider, or a check against it, says that the secret does not work.
# scope: document
dead if input.secret.validity == "inactive"

dead if input.credential.status in {"inactive", "expired"}

# METADATA
# description: The provider, or a check against it, says that the secret works.
# scope: document
live if input.secret.validity == "active"

live if input.credential.status == "active"

# METADATA
# description: For messages - whose credential it is, if that is known.
# scope: document
default match_clause := ""

match_clause := concat(" ", [", the", input.credential.status, input.credential.kind, "of", input.principal.name])

# METADATA
# description: >-
#   What rules about a kind of place say of a secret that stands in some. They have the levels of `secret-in-code`,
#   which is reported under them.
said(found) := {
	"subject": input.secret.id,
	"case": level_case,
	"detail": {"title": input.secret.title, "place": found[0].path, "matched": match_clause},
	"evidence": evidence.each_place("found in", found, 10),
}

# METADATA
# description: The last part of a path, also of a member of an archive.
base_name(path) := parts[count(parts) - 1] if parts := split(path, "/")

# METADATA
# description: A place in a layer of an image; an item of another form is a message or a ticket.
of_image(location) if {
	every name in split(location.item, ", ") {
		contains(name, ":")
		not contains(name, " ")
	}
}

# METADATA
# description: A file in which a tool keeps its login, by its name or by its name and folder.
# scope: document
is_login_file(path) if base_name(path) in data.lapse.login_files

is_login_file(path) if {
	parts := split(path, "/")
	concat("/", array.slice(parts, count(parts) - 2, count(parts))) in data.lapse.login_files
}

# METADATA
# description: A connection string of a database that others than this machine can reach.
of_remote_database if {
	split(input.secret.facts.scheme, "+")[0] in data.lapse.database_schemes
	host := input.secret.facts.host
	not host in data.lapse.local_hosts

	# A name without a dot is one of the same machine or of its compose file.
	contains(host, ".")
}
