# METADATA
# title: Keys of the principal at hand
# description: Credentials that programs present. Only what the provider calls active is judged by age and use.
# schemas:
#   - input: schema["finding-input"]
package lapse.lib.keys

# METADATA
# description: Active keys of the principal, in the order of the inventory.
active := [key |
	input.type == "principal"
	some key in input.credentials
	key.kind in data.lapse.key_kinds
	key.status == "active"
]

# METADATA
# description: >-
#   A short name for people - never the whole id of a key. The credential report has no key ids, only `…#access-key-1`.
label(native_id) := parts[count(parts) - 1] if {
	parts := split(native_id, "#")
	count(parts) > 1
} else := concat("…", [substring(native_id, 0, 4), substring(native_id, count(native_id) - 4, -1)]) if {
	count(native_id) > 12
} else := native_id
