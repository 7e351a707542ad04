#!/usr/bin/env python3
"""
Writes src/iam/gcp/predefined-roles.ts anew from the definitions of all predefined roles, one JSON document per file as
`gcloud iam roles describe` prints it:

    bench/gcp-roles.py FOLDER > src/iam/gcp/predefined-roles.ts

Kept are the names of all roles, and which of them hold the permissions that the evaluator asks for itself.
"""
import json, pathlib, re, sys, textwrap

# Questions are often about these, so that they are answered without the roles' definitions.
ASKED = """
bigquery.tables.getData
cloudkms.cryptoKeyVersions.useToDecrypt
compute.instances.get
iam.roles.create
iam.serviceAccounts.create
iam.serviceAccounts.disable
iam.serviceAccounts.enable
resourcemanager.projects.delete
resourcemanager.projects.get
resourcemanager.projects.update
storage.objects.create
storage.objects.delete
storage.objects.get
storage.objects.list
""".split()

root = pathlib.Path(__file__).resolve().parent.parent
roles = {}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    role = json.loads(path.read_text())
    roles[role["name"][len("roles/"):]] = set(role.get("includedPermissions", []))

tables = "".join((root / "src/iam/gcp" / name).read_text() for name in ("escalations.ts", "own-permissions.ts"))
wanted = sorted(set(re.findall(r"'([a-z]+(?:\.[A-Za-z]+){2})'", tables)) | set(ASKED))


def grouped(names):
    services = {}
    for name in sorted(names):
        service, _, rest = name.partition(".")
        services.setdefault(service, []).append(rest)
    return [f"{service}:{','.join(rests)}" if rests != [""] else service for service, rests in services.items()]


def block(lines):
    return "\n".join(textwrap.fill(line, 130, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False) for line in lines)


held = [f"{permission} = " + " ".join(grouped(n for n, has in roles.items() if permission in has)) for permission in wanted]
print(f"""/*
 * Made by bench/gcp-roles.py from the definitions of {len(roles)} predefined roles as of August 2026 (IAM documentation, IAM roles
 * and permissions index). `service:a,b` stands for `roles/service.a` and `roles/service.b`.
 */

/** Every predefined role that was known: what is not in here is unknown, and so are its permissions. */
export const ROLE_NAMES = `
{block([' '.join(grouped(roles))])}
`;

/** Which of them hold the permissions that the evaluator asks for. */
export const ROLES_BY_PERMISSION = `
{block([line.replace(',', ', ').replace(', ', ',') for line in held])}
`;""")
