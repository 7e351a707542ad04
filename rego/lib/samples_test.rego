# METADATA
# title: Samples
# description: Small, complete inputs that tests change where it matters.
package lapse.lib.samples_test

now := "2026-03-01T00:00:00Z"

place(path, line) := {"path": path, "line": line}

principal(platform, kind, native_id, name) := {
	"id": concat(":", [platform, kind, native_id]),
	"platform": platform,
	"kind": kind,
	"nativeId": native_id,
	"name": name,
	"scope": [],
	"seen": "listed",
	"locations": [place("export.json", 1)],
}

user := object.union(
	principal("aws", "user", "arn:aws:iam::111122223333:user/ci-deploy", "ci-deploy"),
	{"scope": ["111122223333"]},
)

role := object.union(
	principal("aws", "role", "arn:aws:iam::111122223333:role/deployer", "deployer"),
	{"scope": ["111122223333"]},
)

root := object.union(
	principal("aws", "root", "arn:aws:iam::111122223333:root", "root"),
	{"scope": ["111122223333"]},
)

aws_group := object.union(
	principal("aws", "group", "arn:aws:iam::111122223333:group/admins", "admins"),
	{"scope": ["111122223333"]},
)

service_account := object.union(
	principal("kubernetes", "service-account", "prod/shop/orders", "orders"),
	{"scope": ["prod", "shop"], "attributes": {"automount": null, "annotations": {}, "default": false}},
)

workflow(attributes) := object.union(
	principal("github", "workflow", "acme/shop/.github/workflows/release.yml", "release.yml"),
	{
		"scope": ["acme", "shop"],
		"locations": [place(".github/workflows/release.yml", 1)],
		"attributes": object.union({"triggers": ["push"], "permissions": {"contents": "read"}, "jobs": []}, attributes),
	},
)

job(over) := object.union(
	{
		"id": "build",
		"line": 10,
		"permissions": {"contents": "read"},
		"environment": null,
		"id_token": false,
		"self_hosted": false,
		"secrets": [],
		"secrets_inherit": false,
		"reusable": null,
		"untrusted_checkout": false,
		"logins": [],
		"unpinned_actions": [],
	},
	over,
)

# An active access key, made 59 days before `now`.
key(over) := object.union(
	{
		"id": "aws:access-key:AKIAEXAMPLEEXAMPLE01",
		"platform": "aws",
		"kind": "access-key",
		"nativeId": "AKIAEXAMPLEEXAMPLE01",
		"principal": user.id,
		"status": "active",
		"createdAt": "2026-01-01T00:00:00Z",
		"locations": [place("keys.json", 7)],
	},
	over,
)

usage(over) := object.union({"source": "aws-access-key-last-used", "confidence": "medium"}, over)

grant(over) := object.union(
	{
		"id": "grant:1",
		"platform": "aws",
		"principal": user.id,
		"effect": "allow",
		"role": "identity",
		"actions": ["s3:GetObject"],
		"resources": ["arn:aws:s3:::orders/*"],
		"scope": "111122223333",
		"via": ["policy:orders"],
		"locations": [place("export.json", 42)],
	},
	over,
)

cluster_grant(over) := grant(object.union(
	{
		"platform": "kubernetes",
		"principal": "kubernetes:cluster-role:prod/reader",
		"actions": ["get"],
		"resources": ["core/secrets"],
		"scope": "prod",
		"via": ["role:ClusterRole/reader"],
		"locations": [place("k8s/roles.yaml", 4)],
	},
	over,
))

trust(over) := object.union(
	{
		"id": "trust:1",
		"platform": "aws",
		"principal": role.id,
		"subject": {"kind": "anyone"},
		"declaredBy": "target",
		"effect": "allow",
		"how": "assume",
		"locations": [place("export.json", 77)],
	},
	over,
)

binding(who, over) := trust(object.union(
	{
		"id": "trust:binding",
		"platform": "kubernetes",
		"principal": "kubernetes:cluster-role:prod/reader",
		"subject": {"kind": "principal", "id": who.id},
		"how": "bound-to",
		"condition": {"binding": "ClusterRoleBinding/orders"},
		"locations": [place("k8s/orders.yaml", 30), place("k8s/orders.yaml", 34)],
	},
	over,
))

effective(over) := object.union(
	{"principal": user.id, "admin": "no", "privileges": [], "escalations": [], "federation": [], "unseen": []},
	over,
)

privilege(id, answer) := {"id": id, "answer": answer, "what": concat(" ", ["all of", id]), "grants": ["grant:1"]}

# One step from the user to an administrator.
path(answer) := {
	"to": "aws:role:arn:aws:iam::111122223333:role/deployer",
	"answer": answer,
	"steps": [{
		"from": "aws:user:arn:aws:iam::111122223333:user/ci-deploy",
		"to": "aws:role:arn:aws:iam::111122223333:role/deployer",
		"id": "assume-role",
		"uses": ["sts:AssumeRole"],
		"answer": answer,
	}],
}

maybe := {"if": ["aws:SourceIp is 10.0.0.0/8"]}

about(who, over) := object.union(
	{
		"now": now,
		"type": "principal",
		"principal": who,
		"credentials": [],
		"secrets": [],
		"grants": [],
		"trusts_in": [],
		"trusts_out": [],
		"workloads": [],
		"environments": {},
		"effective": null,
		"paths": [],
	},
	over,
)

secret(over) := object.union(
	{
		"id": "secret:0123456789abcdef01234567",
		"rule": "aws/access-key",
		"vendor": "aws",
		"title": "AWS access key",
		"confidence": "structured",
		"fingerprint": "00",
		"validity": "unknown",
		"inHead": true,
		"locations": [object.union(place("deploy/.env", 3), {"column": 9})],
	},
	over,
)

about_secret(over_secret, over) := object.union(
	{
		"now": now,
		"type": "secret",
		"secret": secret(over_secret),
		"credential": null,
		"principal": null,
		"effective": null,
		"paths": [],
	},
	over,
)
