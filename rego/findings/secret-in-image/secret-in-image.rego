# METADATA
# title: Secret in a container image
# description: >-
#   A secret stands in a layer of an image, or in the file that it is built from. Whoever can pull the image has it,
#   and a later layer that deletes the file does not take it away.
# related_resources:
#   - ref: https://docs.docker.com/build/building/secrets/
#     description: Docker on secrets during a build
# custom:
#   id: secret-in-image
#   nhi: NHI2
#   severity: high
#   confidence: evidence
#   platforms: []
#   needs: [secret.locations]
#   depends_on: [secret-matches-privileged-credential]
#   controls:
#     nist_800_53_r5: [IA-5(6), IA-5(7)]
#     soc2_2017: [CC6.1, C1.1]
#     iso_27001_2022: [A.5.17, A.8.12]
#     gdpr: [Art. 32(1)(b)]
#   message: "{title} is part of an image: {place}{matched}"
#   remediation:
#     summary: Revoke the secret, and give the container a lease when it starts.
#     steps:
#       - Revoke or rotate the secret; every pulled image keeps it.
#       - "During the build, mount what is needed as a build secret; when it runs, let it start with `lapse exec`."
#       - Delete the tags that have it.
#   since: 0.1.0
package lapse.rules["secret-in-image"]

import data.lapse.lib.secrets

# Reported in place of `secret-in-code`, with its levels.
finding contains object.union(secrets.said(_places), {"id": "secret-in-image"}) if {
	input.type == "secret"
	count(_places) > 0
}

_places := [location |
	some location in secrets.current_places
	_of_image(location)
]

_of_image(location) if secrets.of_image(location)

_of_image(location) if {
	name := lower(secrets.base_name(location.path))
	some word in ["dockerfile", "containerfile"]
	_named(name, word)
}

_named(name, word) if name == word

_named(name, word) if startswith(name, concat("", [word, "."]))

_named(name, word) if endswith(name, concat("", [".", word]))
